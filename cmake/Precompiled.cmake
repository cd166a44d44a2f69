# What nearly every file includes, parsed once for all libraries and once for all test programs: a copy of its own would cost
# each target five seconds and 130 MB.
function(staves_precompiled name)
  cmake_parse_arguments(arg "" "" "HEADERS;LINKS" ${ARGN})
  add_library(${name} OBJECT ${CMAKE_SOURCE_DIR}/controller/base/precompiled.cpp)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/controller)
  target_link_libraries(${name} PRIVATE nlohmann_json::nlohmann_json Threads::Threads ${arg_LINKS})
  target_precompile_headers(${name} PRIVATE ${CMAKE_SOURCE_DIR}/controller/base/precompiled.h ${arg_HEADERS})
endfunction()

staves_precompiled(staves_precompiled)
if(STAVES_TESTS)
  staves_precompiled(staves_precompiled_for_tests HEADERS <gtest/gtest.h> LINKS GTest::gtest)
endif()
