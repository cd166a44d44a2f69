EAPI=8

DESCRIPTION="Masked by package.mask"
HOMEPAGE="https://example.org/masked"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
