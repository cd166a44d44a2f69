EAPI=8

DESCRIPTION="Directories and first files of a root file system"
HOMEPAGE="https://example.org/baselayout"
S="${WORKDIR}"
LICENSE="GPL-2"
SLOT="0"
KEYWORDS="amd64"
IUSE="build"

pkg_preinst() {
	# Only these two by itself; whoever fills an empty root lays out the links of a merged /usr first.
	mkdir -p "${EROOT}"/{lib,lib64} "${EROOT}"/usr/{lib,lib64} || die
	use build || return 0
	mkdir -p "${EROOT}"/{boot,dev,etc,home,media,mnt,opt,proc,root,run,srv,sys,tmp} \
		"${EROOT}"/usr/{bin,include,local/bin,share,src} "${EROOT}"/var/{cache,empty,lib,log,spool,tmp} || die
	chmod 0700 "${EROOT}"/root || die
	chmod 1777 "${EROOT}"/{tmp,var/tmp} || die
}

src_install() {
	insinto /usr/share/baselayout
	newins - passwd <<-'EOF'
		root:x:0:0:System user; root:/root:/bin/bash
		bin:x:1:1:bin:/bin:/bin/false
		daemon:x:2:2:daemon:/sbin:/bin/false
		nobody:x:65534:65534:nobody:/var/empty:/bin/false
	EOF
	newins - group <<-'EOF'
		root:x:0:root
		bin:x:1:root,bin,daemon
		daemon:x:2:root,bin,daemon
		tty:x:5:
		utmp:x:406:
		nobody:x:65534:
	EOF
	newins - shadow <<-'EOF'
		root:*:10770:0:::::
		nobody:!:9797:0:::::
	EOF
	fperms 0640 /usr/share/baselayout/shadow
	insinto /usr/lib
	newins - os-release <<-'EOF'
		NAME=Gentoo
		ID=gentoo
		PRETTY_NAME="Gentoo Linux"
		VERSION_ID="2.18"
		HOME_URL="https://www.gentoo.org/"
	EOF
	dosym ../usr/lib/os-release /etc/os-release
	insinto /etc
	newins - gentoo-release <<<"Gentoo Base System release 2.18"
	newins - profile <<-'EOF'
		if [ -e /etc/profile.env ]; then
			. /etc/profile.env
		fi
	EOF
	insinto /etc/env.d
	newins - 50baselayout <<-'EOF'
		PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
		ROOTPATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
		LDPATH="/lib64:/usr/lib64:/usr/local/lib64"
		CONFIG_PROTECT_MASK="/etc/gentoo-release"
	EOF
}

pkg_postinst() {
	local file
	for file in passwd group shadow; do
		if [[ ! -e ${EROOT}/etc/${file} ]]; then
			cp -p "${EROOT}/usr/share/baselayout/${file}" "${EROOT}/etc/${file}" || die
		fi
	done
	elog "You should reboot now to get /run mounted with tmpfs!"
}
