EAPI=8

inherit toolchain-funcs

DESCRIPTION="Service with a user of its own"
HOMEPAGE="https://example.org/svc"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
RDEPEND="acct-user/svc virtual/libc"
BDEPEND="acct-user/svc"

src_compile() {
	echo 'int main(void) { return 0; }' > svc.c || die
	$(tc-getCC) ${CFLAGS} ${LDFLAGS} svc.c -o svc || die
}

src_install() {
	dosbin svc
	keepdir /var/lib/svc/data
	fowners svc:svc /var/lib/svc/data
	fperms 0750 /var/lib/svc/data
}
