EAPI=8

CHAIN_NEXT="chain-b"
inherit chain
