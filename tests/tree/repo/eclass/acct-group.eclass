# A group of the system, made when the package is merged. The ebuild sets ACCT_GROUP_ID.

SLOT="0"
KEYWORDS="amd64"
LICENSE="MIT"
HOMEPAGE="https://example.org/accounts"
DESCRIPTION="Group ${PN} of the system"
IDEPEND="sys-apps/shadow"
S="${WORKDIR}"

EXPORT_FUNCTIONS pkg_pretend pkg_preinst

acct-group_pkg_pretend() {
	[[ ${ACCT_GROUP_ID} -ge 0 ]] || die "ACCT_GROUP_ID is not set"
}

acct-group_pkg_preinst() {
	if grep -q "^${PN}:" "${EROOT}/etc/group" 2>/dev/null; then
		elog "Group ${PN} exists already"
		return
	fi
	groupadd --prefix "${EROOT:-/}" --system --gid "${ACCT_GROUP_ID}" "${PN}" || die "could not add the group ${PN}"
}
