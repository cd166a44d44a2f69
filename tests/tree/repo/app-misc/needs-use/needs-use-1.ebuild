EAPI=8

DESCRIPTION="Needs a package with another USE flag"
HOMEPAGE="https://example.org/needs-use"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
RDEPEND="app-misc/flagged[extra]"
