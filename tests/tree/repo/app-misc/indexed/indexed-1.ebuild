EAPI=8

DESCRIPTION="Needs a program of / when it is merged"
HOMEPAGE="https://example.org/indexed"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
IDEPEND="app-misc/indexer"

src_install() {
	insinto /usr/share/indexed
	newins - one.txt <<<one
}

pkg_postinst() {
	indexer "${EROOT}/usr/share/indexed" || die "indexer is not there"
}
