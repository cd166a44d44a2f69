EAPI=8

DESCRIPTION="Plugin that needs its core first"
HOMEPAGE="https://example.org/core-plugin"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
RDEPEND="app-misc/core"

src_install() { keepdir /usr/share/core/plugin; }
