EAPI=8

inherit toolchain-funcs

DESCRIPTION="C++ program that needs libstdc++ and libgcc_s"
HOMEPAGE="https://example.org/cxxapp"
S="${WORKDIR}"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
RDEPEND="virtual/libc"

src_compile() {
	cat > cxxapp.cpp <<-'EOF' || die
		#include <iostream>
		#include <stdexcept>
		#include <string>
		#include <vector>

		int main(int argc, char** argv) {
			try {
				if (argc > 1) throw std::runtime_error(argv[1]);
			} catch (const std::exception& error) {
				std::cout << "caught " << error.what() << '\n';
			}
			for (const std::string& word : std::vector<std::string>{"C++", "says", "hello"}) std::cout << word << ' ';
			std::cout << std::endl;
		}
	EOF
	$(tc-getCXX) ${CXXFLAGS} ${LDFLAGS} cxxapp.cpp -o cxxapp || die
}

src_install() { dobin cxxapp; }
