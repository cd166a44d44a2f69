EAPI=8

DESCRIPTION="What a server gives only to whoever logs in"
HOMEPAGE="https://example.org/locked"
SRC_URI="http://git.staves-test-overlays.svc.cluster.local/archive/locked-1.txt"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

src_unpack() { :; }

src_install() {
	insinto /usr/share/locked
	newins "${DISTDIR}/locked-1.txt" text
}
