EAPI=8

DESCRIPTION="Installs what is not there"
HOMEPAGE="https://example.org/broken-install"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

src_install() { dobin not-there; }
