EAPI=8

DESCRIPTION="Live ebuild: the newest revision of a git repository that is served over http"
HOMEPAGE="https://example.org/live-git"
LICENSE="MIT"
SLOT="0"
KEYWORDS=""
PROPERTIES="live"

# LIVE_GIT_URI has info/refs of the repository and for each of its revisions an archive. A stage3 has no git.
src_unpack() {
	local refs revision
	refs=$(wget -nv -O - "${LIVE_GIT_URI:?}/info/refs") || die "could not ask for the revisions"
	revision=$(awk '$2 == "refs/heads/main" {print $1}' <<<"${refs}")
	[[ -n ${revision} ]] || die "there is no branch main"
	wget -nv -O "${T}/sources.tar" "${LIVE_GIT_URI}/archive/${revision}.tar" || die "could not fetch ${revision}"
	mkdir -p "${S}" && tar -xf "${T}/sources.tar" -C "${S}" || die
	# where git's own eclass leaves it
	export EGIT_VERSION=${revision}
}

src_install() {
	insinto /usr/share/live-git
	doins greeting
}
