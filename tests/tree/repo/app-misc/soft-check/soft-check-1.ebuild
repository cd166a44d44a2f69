EAPI=8

inherit kernel-check

DESCRIPTION="Says with eerror that the kernel lacks something, and goes on"
HOMEPAGE="https://example.org/soft-check"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
CONFIG_CHECK="~BPF_SYSCALL ~CGROUPS"

src_install() { keepdir /usr/share/soft-check; }
