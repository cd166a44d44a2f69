EAPI=8

DESCRIPTION="A package of half a megabyte and more, made without a source archive"
HOMEPAGE="https://example.org/large"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

src_install() {
	insinto /usr/share/large
	gzip -9nc "${BROOT}/bin/bash" | newins - data
}
