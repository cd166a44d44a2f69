# Names of the compilers that a package is built with.

tc-getCC() { echo "${CC:-${CHOST}-gcc}"; }
tc-getCXX() { echo "${CXX:-${CHOST}-g++}"; }
