EAPI=8

DESCRIPTION="REQUIRED_USE that its defaults do not satisfy"
HOMEPAGE="https://example.org/conflict"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
IUSE="+a +b"
REQUIRED_USE="^^ ( a b )"
