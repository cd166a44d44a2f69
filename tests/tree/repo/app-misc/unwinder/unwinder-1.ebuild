EAPI=8

inherit toolchain-funcs

DESCRIPTION="C program that needs libgcc_s and not libstdc++"
HOMEPAGE="https://example.org/unwinder"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
RDEPEND="virtual/libc"

src_compile() {
	cat > unwinder.c <<-'EOF' || die
		#include <stdio.h>
		#include <unwind.h>

		static _Unwind_Reason_Code count(struct _Unwind_Context* context, void* frames) {
			(void)context;
			++*(int*)frames;
			return _URC_NO_REASON;
		}

		int main(void) {
			int frames = 0;
			_Unwind_Backtrace(count, &frames);
			printf("%s frames\n", frames > 0 ? "some" : "no");
			return 0;
		}
	EOF
	$(tc-getCC) ${CFLAGS} ${LDFLAGS} unwinder.c -o unwinder -lgcc_s || die
}

src_install() { dobin unwinder; }
