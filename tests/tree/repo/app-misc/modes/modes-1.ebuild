EAPI=8

inherit toolchain-funcs

DESCRIPTION="setuid, setgid, sticky, hard links, other owners"
HOMEPAGE="https://example.org/modes"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
RDEPEND="virtual/libc"

src_compile() {
	echo 'int main(void) { return 0; }' > modes.c || die
	$(tc-getCC) ${CFLAGS} ${LDFLAGS} modes.c -o setuid || die
	$(tc-getCC) ${CFLAGS} ${LDFLAGS} modes.c -o setgid || die
}

src_install() {
	dobin setuid setgid
	fperms 4711 /usr/bin/setuid
	fowners 0:12 /usr/bin/setgid
	fperms 2755 /usr/bin/setgid
	insinto /usr/share/modes
	newins - one <<<"one file, two names"
	ln "${ED}"/usr/share/modes/{one,two} || die
	dosym one /usr/share/modes/link
	keepdir /var/spool/modes
	fowners 8:12 /var/spool/modes
	fperms 3775 /var/spool/modes
}
