EAPI=8

DESCRIPTION="Source with another checksum than the Manifest says"
HOMEPAGE="https://example.org/bad-digest"
SRC_URI="http://127.0.0.1:9/bad-digest-1.txt"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
