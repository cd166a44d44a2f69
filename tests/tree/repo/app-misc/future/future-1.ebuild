EAPI=99

DESCRIPTION="EAPI of the future"
HOMEPAGE="https://example.org/future"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
