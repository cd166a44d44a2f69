# A user of the system, made when the package is merged. The ebuild sets ACCT_USER_ID and, by the function acct-user_add_deps, its group.

SLOT="0"
KEYWORDS="amd64"
LICENSE="MIT"
HOMEPAGE="https://example.org/accounts"
DESCRIPTION="User ${PN} of the system"
IDEPEND="sys-apps/shadow"
S="${WORKDIR}"

EXPORT_FUNCTIONS pkg_pretend pkg_setup src_install pkg_preinst

acct-user_add_deps() {
	RDEPEND+=" acct-group/${ACCT_USER_GROUP:-${PN}}"
	DEPEND+=" acct-group/${ACCT_USER_GROUP:-${PN}}"
}

acct-user_pkg_pretend() {
	[[ ${ACCT_USER_ID} -ge 0 ]] || die "ACCT_USER_ID is not set"
}

acct-user_pkg_setup() {
	: "${ACCT_USER_HOME:=/var/lib/${PN}}"
}

acct-user_src_install() {
	keepdir "${ACCT_USER_HOME}"
	fperms 0750 "${ACCT_USER_HOME}"
}

acct-user_pkg_preinst() {
	if grep -q "^${PN}:" "${EROOT}/etc/passwd" 2>/dev/null; then
		elog "User ${PN} exists already"
	else
		useradd --prefix "${EROOT:-/}" --system --uid "${ACCT_USER_ID}" --gid "${ACCT_USER_GROUP:-${PN}}" \
			--home-dir "${ACCT_USER_HOME}" --shell /sbin/nologin --comment "${DESCRIPTION}" "${PN}" || die "could not add the user ${PN}"
	fi
	local gid
	gid=$(grep "^${ACCT_USER_GROUP:-${PN}}:" "${EROOT}/etc/group" | cut -d: -f3)
	chown "${ACCT_USER_ID}:${gid}" "${ED}${ACCT_USER_HOME}" || die
}
