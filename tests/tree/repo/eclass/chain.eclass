# One library of a chain: CHAIN_NEXT names the library that it calls.

inherit toolchain-funcs

DESCRIPTION="Library ${PN} of a chain"
HOMEPAGE="https://example.org/chain"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0/1"
KEYWORDS="amd64"
DEPEND="${CHAIN_NEXT:+dev-libs/${CHAIN_NEXT}:=}"
RDEPEND="${DEPEND} virtual/libc"

EXPORT_FUNCTIONS src_compile src_install

chain_src_compile() {
	local self=${PN//-/_} next=${CHAIN_NEXT//-/_}
	if [[ -n ${next} ]]; then
		echo "int ${next}(void); int ${self}(void) { return 1 + ${next}(); }"
	else
		echo "int ${self}(void) { return 1; }"
	fi > "${PN}.c" || die
	$(tc-getCC) ${CFLAGS} ${LDFLAGS} -fPIC -shared -Wl,-soname,lib${PN}.so.1 ${PN}.c -o lib${PN}.so.1 ${CHAIN_NEXT:+-l${CHAIN_NEXT}} || die
}

chain_src_install() {
	dolib.so lib${PN}.so.1
	dosym lib${PN}.so.1 /usr/$(get_libdir)/lib${PN}.so
	echo "int ${PN//-/_}(void);" > "${PN}.h" || die
	doheader "${PN}.h"
}
