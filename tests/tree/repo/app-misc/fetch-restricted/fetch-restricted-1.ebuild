EAPI=8

DESCRIPTION="Source that the user has to get"
HOMEPAGE="https://example.org/fetch-restricted"
SRC_URI="fetch-restricted-1.tar.gz"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
RESTRICT="fetch"

pkg_nofetch() { einfo "Get ${A} from the vendor and put it into DISTDIR."; }
