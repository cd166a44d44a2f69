EAPI=8

DESCRIPTION="Brings its plugin after itself"
HOMEPAGE="https://example.org/core"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
PDEPEND="app-misc/core-plugin"

src_install() { keepdir /usr/share/core; }
