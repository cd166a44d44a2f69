EAPI=8

inherit toolchain-funcs

DESCRIPTION="C program that needs nothing but the C library"
HOMEPAGE="https://example.org/capp"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
RDEPEND="virtual/libc"

src_compile() {
	cat > capp.c <<-'EOF' || die
		#include <stdio.h>
		int main(void) { puts("C says hello"); return 0; }
	EOF
	$(tc-getCC) ${CFLAGS} ${LDFLAGS} capp.c -o capp || die
}

src_install() { dobin capp; }
