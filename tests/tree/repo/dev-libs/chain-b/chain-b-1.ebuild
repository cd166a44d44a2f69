EAPI=8

CHAIN_NEXT="chain-c"
inherit chain
