EAPI=8

DESCRIPTION="Needs a package that nobody has"
HOMEPAGE="https://example.org/missing-dep"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
RDEPEND="app-misc/does-not-exist"
