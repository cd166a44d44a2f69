EAPI=8

DESCRIPTION="Needs the new library"
HOMEPAGE="https://example.org/needs-new"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
RDEPEND="=dev-libs/versioned-2"
