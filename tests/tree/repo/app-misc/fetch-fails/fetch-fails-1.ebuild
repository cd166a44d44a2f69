EAPI=8

DESCRIPTION="Source that nobody has"
HOMEPAGE="https://example.org/fetch-fails"
SRC_URI="http://127.0.0.1:9/never-there-1.tar.gz"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
