EAPI=8

DESCRIPTION="Needs the old library"
HOMEPAGE="https://example.org/needs-old"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
RDEPEND="=dev-libs/versioned-1"
