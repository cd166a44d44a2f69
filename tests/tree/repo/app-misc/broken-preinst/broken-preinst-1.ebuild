EAPI=8

DESCRIPTION="Fails before its files are merged"
HOMEPAGE="https://example.org/broken-preinst"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

src_install() { keepdir /usr/share/broken-preinst; }

pkg_preinst() { die "preinst said no"; }
