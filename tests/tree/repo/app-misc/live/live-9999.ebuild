EAPI=8

DESCRIPTION="Live ebuild: sources as they are today"
HOMEPAGE="https://example.org/live"
LICENSE="MIT"
SLOT="0"
KEYWORDS=""
PROPERTIES="live"

src_unpack() {
	mkdir -p "${S}" || die
	wget -nv -O "${S}/README" "${LIVE_URI:-http://mirror.staves-test-mirror.svc.cluster.local/live/README}" || die "could not fetch the sources"
}

src_install() {
	insinto /usr/share/live
	doins README
}
