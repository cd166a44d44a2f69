EAPI=8

DESCRIPTION="Writes as many megabytes as DISK_HOG_MB says"
HOMEPAGE="https://example.org/disk-hog"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

src_install() {
	dd if=/dev/zero of=big bs=1M count="${DISK_HOG_MB:-300}" status=none || die
	insinto /usr/share/disk-hog
	doins big
}
