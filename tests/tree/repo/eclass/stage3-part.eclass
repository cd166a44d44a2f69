# A package whose programs the stage3 of the tests has already, from Debian: only the package database learns of it.

DESCRIPTION="${PN} as the stage3 has it"
HOMEPAGE="https://example.org/stage3"
S="${WORKDIR}"
LICENSE="GPL-3+"
KEYWORDS="amd64"

EXPORT_FUNCTIONS src_install

stage3-part_src_install() {
	keepdir "/usr/share/stage3/${PN}"
}
