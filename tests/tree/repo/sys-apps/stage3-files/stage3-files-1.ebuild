EAPI=8

DESCRIPTION="What the stage3 that builds it has and no package of its database owns: with it, a set of packages is a stage3 again"
HOMEPAGE="https://example.org/stage3"
S="${WORKDIR}"
LICENSE="GPL-3+"
SLOT="0"
KEYWORDS="amd64"
RESTRICT="binchecks strip"
RDEPEND="
	dev-build/make
	sys-apps/portage
	sys-apps/shadow
	sys-devel/binutils
	sys-devel/gcc
	virtual/libc
"

QA_PREBUILT="*"

# The kubelet's, the layout's, what Portage makes by itself, and programs whose libraries the stage3 has not.
NOT_TAKEN='
	^/etc/(portage|portage-of-the-image|ssh)/
	^/etc/\._cfg
	^/etc/(passwd|group|shadow|gshadow|subuid|subgid)-?$
	^/etc/(hosts|hostname|resolv.conf|mtab|ld.so.conf|ld.so.cache|profile.env|csh.env)$
	^/etc/environment.d/10-gentoo-env.conf$
	^/usr/bin/(x86_64-linux-gnu-)?gp-
'

src_install() {
	# Its own files are there when it was built before. A merged /usr: packages may call /usr/bin/x /bin/x.
	find "${BROOT}"/var/db/pkg -name CONTENTS ! -path "*/${PN}-*" -exec cat {} + |
		sed -n -e 's/^obj \(.*\) [0-9a-f]* [0-9]*$/\1/p' -e 's/^sym \(.*\) -> .*$/\1/p' |
		sed -E -e 's,^/(bin|sbin|lib|lib64)/,/usr/\1/,' -e 's,^/usr/sbin/,/usr/bin/,' | LC_ALL=C sort -u > "${T}/owned" || die
	find "${BROOT}"/{usr,etc} -xdev ! -type d -print | grep -vE "$(tr -d '\t' <<< "${NOT_TAKEN}" | sed '/^$/d')" | LC_ALL=C sort |
		LC_ALL=C comm -23 - "${T}/owned" > "${T}/files" || die
	mkdir -p "${D}" || die
	tar -C / --numeric-owner --files-from=<(sed 's,^/,,' "${T}/files") -c | tar -C "${D}" --numeric-owner -xp || die
	[[ -x ${D}/usr/bin/emerge && -x ${D}/usr/bin/bash && ! -e ${D}/etc/portage ]] || die "not what a stage3 needs"
}

pkg_preinst() {
	grep -q '^portage:' "${EROOT}/etc/group" || groupadd --prefix "${EROOT:-/}" --system --gid 250 portage || die
	grep -q '^portage:' "${EROOT}/etc/passwd" || useradd --prefix "${EROOT:-/}" --system --uid 250 --gid portage \
		--home-dir /var/lib/portage/home --shell /sbin/nologin --comment portage portage || die
}
