EAPI=8

DESCRIPTION="pkg_postinst writes a file and a message"
HOMEPAGE="https://example.org/postinst"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

src_install() { keepdir /usr/share/postinst; }

pkg_postinst() {
	echo "made when merged" > "${EROOT}"/usr/share/postinst/made || die
	elog "A message for the user"
	ewarn "A warning for the user"
}
