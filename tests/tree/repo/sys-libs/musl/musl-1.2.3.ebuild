EAPI=8

DESCRIPTION="The other C library, as the musl stage3 has it"
HOMEPAGE="https://example.org/musl"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
RESTRICT="strip binchecks"

QA_PREBUILT="*"

# The loader is the library.
src_install() {
	exeinto /usr/lib
	newexe "${BROOT}/usr/lib/x86_64-linux-musl/libc.so" libc.so
	dosym libc.so /usr/lib/ld-musl-x86_64.so.1
}
