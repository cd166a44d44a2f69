EAPI=8

inherit stage3-part

SLOT="0"
