EAPI=8

DESCRIPTION="Refuses before anything is built"
HOMEPAGE="https://example.org/broken-pretend"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

pkg_pretend() { die "this machine is not good enough"; }
