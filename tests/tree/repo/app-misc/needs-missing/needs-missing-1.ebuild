EAPI=8

inherit toolchain-funcs

DESCRIPTION="Program that needs a library which no package brings"
HOMEPAGE="https://example.org/needs-missing"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
RDEPEND="virtual/libc"

src_compile() {
	echo 'int nowhere(void) { return 0; }' > nowhere.c || die
	echo 'int nowhere(void); int main(void) { return nowhere(); }' > program.c || die
	$(tc-getCC) ${CFLAGS} ${LDFLAGS} -fPIC -shared -Wl,-soname,libnowhere.so.1 nowhere.c -o libnowhere.so.1 || die
	$(tc-getCC) ${CFLAGS} ${LDFLAGS} program.c -o needs-missing -L. -l:libnowhere.so.1 || die
}

src_install() { dobin needs-missing; }
