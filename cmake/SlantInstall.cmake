# Two shared libraries are installed, with the line between them where the licences change:
#   libslant        everything that labelling needs
#   libslant-train  training and evaluation; links GSL, so what links it is distributed under the GPL
# Only functions of the public headers are exported.
include(CMakePackageConfigHelpers)

# slant_exports(FILE COMPONENT…): a linker map with the functions and tables that the components' public headers declare.
function(slant_exports file)
  set(names "")
  foreach(component ${ARGN})
    file(GLOB headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${component}/include/slant/*.h)
    foreach(header ${headers})
      file(READ ${header} text)
      string(REGEX MATCHALL "slant_[a-z0-9_]+(\\(|_table\\[)" found "${text}")
      string(REGEX MATCHALL "slant_[a-z0-9_]+_table" tables "${text}")
      list(APPEND names ${found} ${tables})
    endforeach()
  endforeach()
  list(TRANSFORM names REPLACE "[^a-z0-9_]" "")
  list(REMOVE_DUPLICATES names)
  list(SORT names)
  list(JOIN names "; " symbols)
  file(WRITE ${file} "{ global: ${symbols}; local: *; };\n")
endfunction()

# slant_library(TARGET FILE EXPORT COMPONENT…): a shared library libFILE of whole components, slant::EXPORT to others.
function(slant_library name file export_name)
  set(map ${PROJECT_BINARY_DIR}/${file}.map)
  slant_exports(${map} ${ARGN})
  add_library(${name} SHARED)
  set_target_properties(${name} PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION 0 EXPORT_NAME ${export_name}
    OUTPUT_NAME ${file} LINKER_LANGUAGE CXX LINK_DEPENDS ${map})
  target_link_libraries(${name} PRIVATE slant_settings)
  foreach(component ${ARGN})
    target_sources(${name} PRIVATE $<TARGET_OBJECTS:slant_${component}_objects>)
    target_link_libraries(${name} PRIVATE $<TARGET_PROPERTY:slant_${component},SLANT_LIBRARIES>)
  endforeach()
  target_link_options(${name} PRIVATE -Wl,--version-script=${map} -Wl,--exclude-libs,ALL)
  target_include_directories(${name} INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  install(TARGETS ${name} EXPORT slant-targets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
  foreach(component ${ARGN})
    install(DIRECTORY ${component}/include/slant DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  endforeach()
endfunction()

# slant_pkgconfig(NAME DESCRIPTION REQUIRES)
function(slant_pkgconfig name description requires)
  set(PC_NAME ${name})
  set(PC_DESCRIPTION ${description})
  set(PC_REQUIRES ${requires})
  configure_file(${PROJECT_SOURCE_DIR}/cmake/library.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()

slant_library(slant_shared slant slant common features models datasets predict)
slant_pkgconfig(slant "Sentiment and stance in the news: labelling" "")
if(SLANT_TRAIN)
  slant_library(slant_train_shared slant-train train evaluate train)
  # What training uses of the rooms below: public functions from libslant, private ones from its own copy of common.
  target_link_libraries(slant_train_shared PUBLIC slant_shared PRIVATE slant_common)
  slant_pkgconfig(slant-train "Sentiment and stance in the news: training and evaluation" "slant")
endif()

install(TARGETS slant DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${PROJECT_BINARY_DIR}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 OPTIONAL FILES_MATCHING PATTERN "*.1")
install(FILES README.md LICENSE NOTICE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(EXPORT slant-targets NAMESPACE slant:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/slant)
configure_package_config_file(cmake/slant-config.cmake.in ${PROJECT_BINARY_DIR}/slant-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/slant)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/slant-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/slant-config.cmake ${PROJECT_BINARY_DIR}/slant-config-version.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/slant)
