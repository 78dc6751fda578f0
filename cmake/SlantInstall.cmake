# Two libraries are installed, shared and static, with the line between them where the licences change:
#   libslant        everything that labelling needs
#   libslant-train  training and evaluation; links GSL, so what links it is distributed under the GPL
# The shared ones export the functions of the public headers and nothing else.
include(CMakePackageConfigHelpers)

# slant_exports(FILE COMPONENT…): a linker map with the functions and tables that the components' public headers declare.
function(slant_exports file)
  set(names "")
  foreach(component ${ARGN})
    file(GLOB headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${component}/include/slant/*.h)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${headers})
    foreach(header ${headers})
      file(READ ${header} text)
      string(REGEX MATCHALL "slant_[a-z0-9_]+ *\\(" functions "${text}")
      string(REGEX MATCHALL "slant_[a-z0-9_]+_table" tables "${text}")
      list(APPEND names ${functions} ${tables})
    endforeach()
  endforeach()
  list(TRANSFORM names REPLACE "[^a-z0-9_]" "")
  list(REMOVE_DUPLICATES names)
  list(SORT names)
  list(JOIN names "; " symbols)
  file(GENERATE OUTPUT ${file} CONTENT "{ global: ${symbols}; local: *; };\n")
endfunction()

# slant_library(TARGET FILE EXPORT LIBRARIES name… COMPONENTS name…): libFILE.so and libFILE.a of whole components, for
# others slant::EXPORT and slant::EXPORT-static. LIBRARIES is what a program that links libFILE.a has to link as well.
function(slant_library name file export_name)
  cmake_parse_arguments(arg "" "" "LIBRARIES;COMPONENTS" ${ARGN})
  set(map ${PROJECT_BINARY_DIR}/${file}.map)
  slant_exports(${map} ${arg_COMPONENTS})
  add_library(${name}_shared SHARED)
  add_library(${name}_static STATIC)
  set_target_properties(${name}_shared PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION 0 EXPORT_NAME ${export_name}
    OUTPUT_NAME ${file} LINKER_LANGUAGE CXX LINK_DEPENDS ${map} INSTALL_RPATH "$ORIGIN")
  set_target_properties(${name}_static PROPERTIES EXPORT_NAME ${export_name}-static OUTPUT_NAME ${file} LINKER_LANGUAGE CXX)
  target_link_libraries(${name}_shared PRIVATE slant_settings)
  target_link_options(${name}_shared PRIVATE -Wl,--version-script=${map} -Wl,--exclude-libs,ALL)
  target_link_libraries(${name}_static INTERFACE ${arg_LIBRARIES} Threads::Threads)
  foreach(component ${arg_COMPONENTS})
    target_sources(${name}_shared PRIVATE $<TARGET_OBJECTS:slant_${component}_objects>)
    target_sources(${name}_static PRIVATE $<TARGET_OBJECTS:slant_${component}_objects>)
    target_link_libraries(${name}_shared PRIVATE $<TARGET_PROPERTY:slant_${component},SLANT_LIBRARIES>)
    install(DIRECTORY ${component}/include/slant DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  endforeach()
  foreach(kind shared static)
    target_include_directories(${name}_${kind} INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    install(TARGETS ${name}_${kind} EXPORT slant-targets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
      ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  endforeach()
endfunction()

# slant_pkgconfig(NAME DESCRIPTION REQUIRES LIBRARY…)
function(slant_pkgconfig name description requires)
  set(PC_NAME ${name})
  set(PC_DESCRIPTION ${description})
  set(PC_REQUIRES ${requires})
  list(TRANSFORM ARGN PREPEND -l)
  list(JOIN ARGN " " PC_PRIVATE)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/library.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()

set(beneath xxhash utf8proc simdjson zstd z openblas stdc++ m)
slant_library(slant slant slant LIBRARIES ${beneath} COMPONENTS common features models datasets predict)
slant_pkgconfig(slant "Sentiment and stance in the news: labelling" "" ${beneath} pthread)
if(SLANT_TRAIN)
  slant_library(slant_learning slant-train train LIBRARIES svm linear gsl COMPONENTS evaluate train)
  # What training uses of the rooms below: public functions from libslant, private ones from its own copies of common and
  # of the JSON parser in datasets.
  target_link_libraries(slant_learning_shared PUBLIC slant_shared PRIVATE slant_datasets slant_common)
  target_link_libraries(slant_learning_static INTERFACE slant_static)
  slant_pkgconfig(slant-train "Sentiment and stance in the news: training and evaluation" "slant" svm linear gsl)
endif()

install(TARGETS slant DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${PROJECT_BINARY_DIR}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 OPTIONAL FILES_MATCHING PATTERN "*.1")
install(FILES README.md LICENSE NOTICE CHANGELOG.md ARCHITECTURE.md models/FORMAT.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(EXPORT slant-targets NAMESPACE slant:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/slant)
configure_package_config_file(cmake/slant-config.cmake.in ${PROJECT_BINARY_DIR}/slant-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/slant)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/slant-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/slant-config.cmake ${PROJECT_BINARY_DIR}/slant-config-version.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/slant)
