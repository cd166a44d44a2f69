EAPI=8

DESCRIPTION="The C library, as the stage3 has it"
HOMEPAGE="https://example.org/glibc"
S="${WORKDIR}"
LICENSE="LGPL-2.1+"
SLOT="2.2"
KEYWORDS="amd64"
RESTRICT="strip binchecks"

QA_PREBUILT="*"

src_install() {
	local from=/usr/lib/x86_64-linux-gnu lib
	into /
	for lib in ld-linux-x86-64.so.2 libc.so.6 libm.so.6 libmvec.so.1 libdl.so.2 libpthread.so.0 librt.so.1 libutil.so.1 libresolv.so.2 libanl.so.1 \
		libnss_{files,dns,compat}.so.2; do
		if [[ -e ${from}/${lib} ]]; then
			dolib.so "${from}/${lib}"
		fi
	done
	dosbin /usr/bin/ldconfig
	dobin /usr/bin/{iconv,locale,localedef}
	insinto /usr/share
	doins -r /usr/share/i18n
	insinto /usr/lib/locale
	doins -r /usr/lib/locale/C.utf8
	insinto /etc
	newins - nsswitch.conf <<-'EOF'
		passwd: files
		group: files
		shadow: files
		hosts: files dns
		services: files
	EOF
}
