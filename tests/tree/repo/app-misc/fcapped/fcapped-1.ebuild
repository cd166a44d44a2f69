EAPI=8

inherit toolchain-funcs

DESCRIPTION="File capability, set when the package is merged"
HOMEPAGE="https://example.org/fcapped"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
RDEPEND="virtual/libc"

src_compile() {
	echo 'int main(void) { return 0; }' > fcapped.c || die
	$(tc-getCC) ${CFLAGS} ${LDFLAGS} fcapped.c -o fcapped || die
}

src_install() { dobin fcapped; }

pkg_postinst() {
	if ! setcap cap_net_raw+ep "${EROOT}"/usr/bin/fcapped; then
		ewarn "Could not set the file capability, setting setuid instead"
		chmod u+s "${EROOT}"/usr/bin/fcapped || eerror "Could not set the mode either"
	fi
}
