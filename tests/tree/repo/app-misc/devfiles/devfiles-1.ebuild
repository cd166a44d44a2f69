EAPI=8

inherit toolchain-funcs

DESCRIPTION="All that an image can do without, and what looks like it and is needed"
HOMEPAGE="https://example.org/devfiles"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
RDEPEND="virtual/libc"

src_compile() {
	echo 'int devfiles(void) { return 1; }' > devfiles.c || die
	$(tc-getCC) ${CFLAGS} -c devfiles.c -o devfiles.o || die
	ar rcs libdevfiles.a devfiles.o || die
	$(tc-getCC) ${CFLAGS} ${LDFLAGS} -shared -fPIC -Wl,-soname,libdevfiles.so.1 devfiles.c -o libdevfiles.so.1 || die
}

src_install() {
	local lib=/usr/$(get_libdir) lang
	# not needed to run anything
	echo 'int devfiles(void);' > devfiles.h || die
	doheader devfiles.h
	dolib.a libdevfiles.a
	insinto "${lib}"
	newins - libdevfiles.la <<<"# libdevfiles.la - a libtool library file"
	insinto "${lib}/pkgconfig"
	newins - devfiles.pc <<<"Name: devfiles"
	insinto "${lib}/cmake/devfiles"
	newins - devfiles-config.cmake <<<"# for cmake"
	insinto /usr/share/aclocal
	newins - devfiles.m4 <<<"dnl for autoconf"
	for lang in de de_AT en_GB fr; do
		insinto /usr/share/locale/${lang}/LC_MESSAGES
		newins - devfiles.mo <<<"${lang}"
	done
	echo '.TH DEVFILES 1' > devfiles.1 || die
	doman devfiles.1
	echo 'read this' > README || die
	dodoc README
	# needed: libraries, the names that dlopen knows, and what programs load by such files
	dolib.so libdevfiles.so.1
	dosym libdevfiles.so.1 "${lib}/libdevfiles.so"
	insinto "${lib}/devfiles/plugins"
	newins - plugin.la <<<"# plugin.la - a libtool library file"
	newins - plugin.a <<<"an archive of its own"
	insinto /usr/share/devfiles/include
	newins - template.h <<<"a template"
}
