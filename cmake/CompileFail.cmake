# add_compile_fail_tests(DIR dir TARGET target [LABELS labels...]): one test per dir/*.cpp, each a mistake that must not compile.
#
#   // expect: MeetupEvent has no column .*wine        the first lines: extended regular expressions, each of which must match
#   // expect: add it to orm::annotate                 one line among the first ten that the compiler prints
#   #include "orm/query.hpp"
#   #ifdef FIXED
#   auto q = orm::select<E> | orm::filter(orm::f<&E::title> == "tasting");   // the control: this must compile
#   #else
#   auto q = orm::select<E> | orm::filter(orm::f<&E::wine> == "tasting");
#   #endif
#
# The compiler gets what a user of TARGET gets: its include directories, definitions, and nothing else.
set(COMPILE_FAIL_CHECK ${CMAKE_CURRENT_LIST_DIR}/compile-fail)

function(add_compile_fail_tests)
  cmake_parse_arguments(T "" "DIR;TARGET" "LABELS" ${ARGN})
  file(GLOB cases CONFIGURE_DEPENDS ${T_DIR}/*.cpp)
  set(includes)
  set(defines)
  if(T_TARGET)
    set(includes $<REMOVE_DUPLICATES:$<TARGET_PROPERTY:${T_TARGET},INTERFACE_INCLUDE_DIRECTORIES>>)
    set(defines $<TARGET_PROPERTY:${T_TARGET},INTERFACE_COMPILE_DEFINITIONS>)
  endif()
  file(RELATIVE_PATH prefix ${PROJECT_SOURCE_DIR} ${T_DIR})
  foreach(case IN LISTS cases)
    get_filename_component(name ${case} NAME_WE)
    add_test(NAME ${prefix}/${name} COMMAND ${COMPILE_FAIL_CHECK} ${case} ${CMAKE_CXX_COMPILER} -std=c++20
      "$<$<BOOL:${includes}>:-I$<JOIN:${includes},;-I>>" "$<$<BOOL:${defines}>:-D$<JOIN:${defines},;-D>>"
      COMMAND_EXPAND_LISTS)
    set_tests_properties(${prefix}/${name} PROPERTIES LABELS "compile_fail;${T_LABELS}" TIMEOUT 120)
  endforeach()
endfunction()
