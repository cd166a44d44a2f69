EAPI=8

DESCRIPTION="Needs a package of testing"
HOMEPAGE="https://example.org/needs-keyword"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
RDEPEND="app-misc/testing-only"
