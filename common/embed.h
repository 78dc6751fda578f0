/*
 * Data files that travel inside the library: SLANT_EMBED(name, "path/from/the/root") defines the bytes
 * `name_begin … name_end` at file scope. The source file must be listed with OBJECT_DEPENDS on the data file.
 */
#ifndef SLANT_COMMON_EMBED_H
#define SLANT_COMMON_EMBED_H

/* .incbin finds the file through the include path, which holds the root of the source tree. */
#define SLANT_EMBED(name, path)                                                                                        \
  extern const char name##_begin[], name##_end[];                                                                      \
  __asm__(".pushsection .rodata, \"a\", %progbits\n.balign 64\n"                                                       \
          ".global " #name "_begin\n.hidden " #name "_begin\n" #name "_begin:\n.incbin \"" path "\"\n"                 \
          ".global " #name "_end\n.hidden " #name "_end\n" #name "_end:\n.byte 0\n.popsection\n")

#endif
