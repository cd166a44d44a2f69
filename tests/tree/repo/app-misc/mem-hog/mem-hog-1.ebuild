EAPI=8

inherit toolchain-funcs

DESCRIPTION="Fills as many megabytes of memory as MEM_HOG_MB says"
HOMEPAGE="https://example.org/mem-hog"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

src_compile() {
	cat > hog.c <<-'EOF' || die
		#include <stdlib.h>
		#include <string.h>
		int main(int argc, char** argv) {
			for (int left = argc > 1 ? atoi(argv[1]) : 0; left > 0; left--) {
				char* block = malloc(1 << 20);
				if (!block) return 1;
				memset(block, 1, 1 << 20);
			}
			return 0;
		}
	EOF
	$(tc-getCC) hog.c -o hog || die
	./hog "${MEM_HOG_MB:-2000}" || die "hog was killed"
}
