EAPI=8

DESCRIPTION="The program of GNU that says hello"
HOMEPAGE="https://example.org/hello"
SRC_URI="https://deb.debian.org/debian/pool/main/h/hello/hello_2.10.orig.tar.gz"
LICENSE="GPL-3+"
SLOT="0"
KEYWORDS="amd64"
IUSE="nls"
RDEPEND="virtual/libc"

src_configure() {
	econf $(use_enable nls)
}
