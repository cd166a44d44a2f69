EAPI=8

DESCRIPTION="Does not unpack"
HOMEPAGE="https://example.org/broken-unpack"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

src_unpack() { unpack ./not-there.tar.gz; }
