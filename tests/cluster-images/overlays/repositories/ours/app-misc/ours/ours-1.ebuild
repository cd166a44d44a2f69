EAPI=8

DESCRIPTION="A word that the overlay ours says"
HOMEPAGE="https://example.org/ours"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

src_install() {
	insinto /usr/share/ours
	doins "${FILESDIR}/word"
}
