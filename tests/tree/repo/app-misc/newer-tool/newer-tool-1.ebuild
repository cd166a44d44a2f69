EAPI=8

DESCRIPTION="Wants a newer tool than the stage3 has"
HOMEPAGE="https://example.org/newer-tool"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

src_configure() {
	ebegin "Looking for frobnicator"
	eend 1
	die "Cannot find the latest frobnicator! Tried 3.2 3.1"
}
