EAPI=8

DESCRIPTION="The program that is /bin/greet"
HOMEPAGE="https://example.org/greet"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
IUSE="+reference"
REQUIRED_USE="reference"
RDEPEND="app-misc/greeter"

src_install() {
	dosym greet-reference /bin/greet
}
