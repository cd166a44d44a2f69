EAPI=8

CHAIN_NEXT="chain-d"
inherit chain
