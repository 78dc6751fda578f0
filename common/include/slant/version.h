/* The version of the library that is linked (slant_version) and of these headers (SLANT_VERSION). */
#ifndef SLANT_VERSION_H
#define SLANT_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

#define SLANT_VERSION "0.1.0"
const char *slant_version(void);

#ifdef __cplusplus
}
#endif
#endif
