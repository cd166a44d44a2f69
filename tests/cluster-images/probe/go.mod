module staves.dev/tests/probe

go 1.25
