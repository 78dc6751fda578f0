# Filled in with the installation of the program, the libraries, slant.pc and the CMake package.
