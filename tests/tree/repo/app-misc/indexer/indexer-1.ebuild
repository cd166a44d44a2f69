EAPI=8

DESCRIPTION="Program that others run when they are merged"
HOMEPAGE="https://example.org/indexer"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

src_install() {
	newbin - indexer <<-'EOF'
		#!/bin/bash
		find "$1" -type f -name '*.txt' | wc -l > "$1/index"
	EOF
}
