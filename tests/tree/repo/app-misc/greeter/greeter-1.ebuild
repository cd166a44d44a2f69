EAPI=8

DESCRIPTION="Program of several that can be /bin/greet"
HOMEPAGE="https://example.org/greeter"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
PDEPEND="app-alternatives/greet"

src_install() {
	into /
	newbin - greet-reference <<<'echo greetings'
}

pkg_postinst() {
	# until app-alternatives/greet owns it
	if [[ ! -h ${EROOT}/bin/greet ]]; then
		ln -s greet-reference "${EROOT}/bin/greet" || die
	fi
}
