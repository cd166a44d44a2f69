EAPI=8

DESCRIPTION="Fails after its files are merged"
HOMEPAGE="https://example.org/broken-postinst"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

src_install() { keepdir /usr/share/broken-postinst; }

pkg_postinst() {
	eerror "something went wrong"
	die "postinst said no"
}
