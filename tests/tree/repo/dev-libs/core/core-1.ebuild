EAPI=8

DESCRIPTION="Has the name of another package"
HOMEPAGE="https://example.org/core"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
