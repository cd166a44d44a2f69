# Flags of every target of ours; third-party headers come in as SYSTEM and are spared.
add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Werror)
# cpprestsdk's macro U breaks fmt and others.
add_compile_definitions(_TURN_OFF_PLATFORM_STRING)
# g++ 12 reports false positives of these about std::string and std::expected once it inlines: the debug build has them all on.
add_compile_options("$<$<AND:$<CONFIG:Release>,$<CXX_COMPILER_ID:GNU>>:-Wno-restrict;-Wno-stringop-overflow;-Wno-maybe-uninitialized;-Wno-array-bounds>")
if(STAVES_SANITIZE)
  add_compile_options(-fsanitize=${STAVES_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${STAVES_SANITIZE})
endif()
