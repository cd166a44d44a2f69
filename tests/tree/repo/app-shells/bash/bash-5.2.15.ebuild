EAPI=8

DESCRIPTION="The standard GNU shell"
HOMEPAGE="https://example.org/bash"
SRC_URI="https://deb.debian.org/debian/pool/main/b/bash/bash_5.2.15.orig.tar.gz"
LICENSE="GPL-3+"
SLOT="0"
KEYWORDS="amd64"
IUSE="nls"
RDEPEND="virtual/libc"

src_unpack() {
	default
	# Debian's archive holds the upstream archive, or the sources themselves
	if [[ -f bash-${PV}.tar.xz ]]; then
		unpack "./bash-${PV}.tar.xz"
	fi
	[[ -d ${S} ]] || mv bash-*/ "${S}" || die
}

src_configure() {
	econf --bindir="${EPREFIX}/bin" --without-bash-malloc --without-curses --disable-profiling $(use_enable nls)
}

src_install() {
	into /
	dobin bash
	dosym bash /bin/rbash
	insinto /etc/bash
	newins - bashrc <<-'EOF'
		# For interactive shells of all users.
		PS1='\u@\h \w \$ '
	EOF
	if use nls; then
		emake -C po DESTDIR="${D}" install
	fi
}

pkg_postinst() {
	if [[ ! -e ${EROOT}/bin/sh ]]; then
		ln -s bash "${EROOT}/bin/sh" || die
	fi
}
