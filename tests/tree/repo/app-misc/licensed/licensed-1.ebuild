EAPI=8

DESCRIPTION="Masked by its licence"
HOMEPAGE="https://example.org/licensed"
S="${WORKDIR}"
LICENSE="test-EULA"
SLOT="0"
KEYWORDS="amd64"
