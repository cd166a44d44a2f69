EAPI=8

inherit stage3-part

SLOT="0"
RDEPEND="virtual/libc"

# With its program, so that an image of what the stage3 has can be run.
src_install() {
	stage3-part_src_install
	dobin "${BROOT}/usr/bin/make"
}
