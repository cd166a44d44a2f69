EAPI=8

DESCRIPTION="make fails"
HOMEPAGE="https://example.org/broken-make"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

src_compile() {
	printf 'all:\n\t@echo building; false\n' > Makefile || die
	emake
}
