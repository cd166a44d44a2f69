EAPI=8

DESCRIPTION="Only in testing"
HOMEPAGE="https://example.org/testing-only"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="~amd64"

src_install() {
	insinto /usr/share/testing-only
	newins - version <<<"${PV}"
}
