EAPI=8

DESCRIPTION="Has a file of hello"
HOMEPAGE="https://example.org/collide"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

src_install() { newbin - hello <<<'echo not hello'; }
