# staves_library(base SOURCES a.cpp b.cpp LINKS x y): one library a folder, the root of includes is controller/.
# What a library links is what it may include: hack/check-layers compares both with the architecture page.
function(staves_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(staves_${name} STATIC ${arg_SOURCES})
  target_include_directories(staves_${name} PUBLIC ${CMAKE_SOURCE_DIR}/controller)
  target_link_libraries(staves_${name} PUBLIC ${arg_LINKS} PRIVATE ${arg_PRIVATE_LINKS})
  target_precompile_headers(staves_${name} REUSE_FROM staves_precompiled)
endfunction()

# staves_test(base SOURCES result_test.cpp LINKS staves_base): one test program a folder, fast unless LABEL says otherwise.
function(staves_test name)
  cmake_parse_arguments(arg "" "LABEL;TIMEOUT" "SOURCES;LINKS" ${ARGN})
  if(NOT arg_LABEL)
    set(arg_LABEL fast)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300) # a safety net: sanitizers on a busy machine take their time
  endif()
  add_executable(${name}_test ${arg_SOURCES})
  target_include_directories(${name}_test PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name}_test PRIVATE ${arg_LINKS} staves_source_dir GTest::gmock GTest::gtest_main)
  target_precompile_headers(${name}_test REUSE_FROM staves_precompiled_for_tests)
  add_test(NAME ${name} COMMAND ${name}_test)
  set_tests_properties(${name} PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
endfunction()
