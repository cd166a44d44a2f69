module staves.dev/tests/overlays

go 1.23
