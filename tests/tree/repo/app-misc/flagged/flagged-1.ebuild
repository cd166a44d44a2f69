EAPI=8

inherit toolchain-funcs

DESCRIPTION="USE flags that change what is installed"
HOMEPAGE="https://example.org/flagged"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
IUSE="extra +greeting"
RDEPEND="virtual/libc extra? ( app-misc/hello )"

src_compile() {
	local text=silence
	use greeting && text=hello
	printf '#include <stdio.h>\nint main(void) { puts("%s"); return 0; }\n' "${text}" > flagged.c || die
	$(tc-getCC) ${CFLAGS} ${LDFLAGS} flagged.c -o flagged || die
}

src_install() {
	dobin flagged
	if use extra; then
		insinto /usr/share/flagged
		newins - extra.txt <<<extra
	fi
}
