EAPI=8

inherit stage3-part

SLOT="12"

src_install() {
	stage3-part_src_install
	# Debian's compiler does not look for libraries where Gentoo's does.
	newenvd - "04gcc-${CHOST}" <<-'EOF'
		LIBRARY_PATH="/usr/lib64"
	EOF
}
