EAPI=8

DESCRIPTION="Everything that builds"
HOMEPAGE="https://example.org/everything"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
RDEPEND="
	app-misc/bins
	app-misc/capp
	app-misc/chained
	app-misc/core
	app-misc/cxxapp
	app-misc/fcapped
	app-misc/flagged
	app-misc/greeter
	app-misc/hello
	app-misc/indexed
	app-misc/modes
	app-misc/postinst
	app-misc/soft-check
	app-misc/svc
	app-misc/unwinder
	app-shells/bash
"


