EAPI=8

DESCRIPTION="Takes as long to compile as SLEEPER_SECONDS says"
HOMEPAGE="https://example.org/sleeper"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

src_compile() {
	local second
	for ((second = 1; second <= ${SLEEPER_SECONDS:-5}; second++)); do
		echo "second ${second}"
		sleep 1
	done
}

src_install() { keepdir /usr/share/sleeper; }
