EAPI=8

DESCRIPTION="Library in two versions"
HOMEPAGE="https://example.org/versioned"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
