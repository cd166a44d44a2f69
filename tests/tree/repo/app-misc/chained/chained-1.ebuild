EAPI=8

inherit toolchain-funcs

DESCRIPTION="Program at the end of a chain of libraries, which are needed in / and in the root"
HOMEPAGE="https://example.org/chained"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
DEPEND="dev-libs/chain-a:="
RDEPEND="${DEPEND} virtual/libc"

src_compile() {
	cat > chained.c <<-'EOF' || die
		#include <chain-a.h>
		#include <stdio.h>
		int main(void) { printf("chain of %d\n", chain_a()); return 0; }
	EOF
	$(tc-getCC) ${CFLAGS} ${LDFLAGS} chained.c -o chained -Wl,-rpath-link,/usr/$(get_libdir) -lchain-a || die
}

src_install() { dobin chained; }
