# One interface target that every target of ours links privately: warnings are errors in our own code.
add_library(entreprinder_warnings INTERFACE)
target_compile_options(entreprinder_warnings INTERFACE -Wall -Wextra -Wconversion -Werror)
