EAPI=8

inherit chain
