EAPI=8

DESCRIPTION="Installs to /bin and to /sbin"
HOMEPAGE="https://example.org/bins"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

src_install() {
	into /
	newbin - in-bin <<<'echo in-bin'
	newsbin - in-sbin <<<'echo in-sbin'
	insinto /lib
	newins - bins-data <<<data
}
