EAPI=8

DESCRIPTION="A word that the overlay theirs says"
HOMEPAGE="https://example.org/theirs"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

src_install() {
	insinto /usr/share/theirs
	doins "${FILESDIR}/word"
}
