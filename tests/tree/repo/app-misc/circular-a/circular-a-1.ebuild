EAPI=8

DESCRIPTION="Needs itself to build, by another"
HOMEPAGE="https://example.org/circular-a"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
BDEPEND="app-misc/circular-b"
