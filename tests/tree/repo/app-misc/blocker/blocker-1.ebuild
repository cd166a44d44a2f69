EAPI=8

DESCRIPTION="Cannot live with hello"
HOMEPAGE="https://example.org/blocker"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
RDEPEND="!!app-misc/hello"
