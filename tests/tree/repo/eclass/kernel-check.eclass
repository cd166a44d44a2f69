# Tells with eerror, and does not fail, when the running kernel seems to lack something that the package wants: CONFIG_CHECK="~NAME ...".

EXPORT_FUNCTIONS pkg_setup

kernel-check_pkg_setup() {
	[[ ${MERGE_TYPE} == buildonly ]] && return
	local name missing=()
	for name in ${CONFIG_CHECK}; do missing+=("${name#\~}"); done
	einfo "Checking for suitable kernel configuration options..."
	eerror "  CONFIG_${missing[0]}:	 is not set when it should be."
	eerror "Please check to make sure these options are set correctly."
	eerror "Failure to do so may cause unexpected problems."
}
