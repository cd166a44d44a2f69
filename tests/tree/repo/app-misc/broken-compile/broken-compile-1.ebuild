EAPI=8

inherit toolchain-funcs

DESCRIPTION="Does not compile"
HOMEPAGE="https://example.org/broken-compile"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
RDEPEND="virtual/libc"

src_compile() {
	echo 'int main(void) { return undeclared; }' > broken.c || die
	$(tc-getCC) ${CFLAGS} ${LDFLAGS} broken.c -o broken || die "the compiler said no"
}
