/* A program outside the tree: finds the actors of a sentence with the installed library. */
#include <slant/actors.h>
#include <slant/version.h>

#include <stdio.h>
#include <string.h>

int main(void) {
  slant_actors *actors = NULL;
  slant_document *document = NULL;
  const slant_mention *mentions = NULL;
  slant_error error;
  if (strcmp(slant_version(), SLANT_VERSION) != 0) return 1;
  if (slant_actors_builtin(&actors, &error) || slant_document_new(&document, &error) ||
      slant_document_read(document, slant_str_of("Pakistan and India talked."), &error)) {
    fprintf(stderr, "%s\n", error.message);
    return 1;
  }
  long long n = (long long)slant_actors_match(actors, document, &mentions, &error);
  printf("slant %s: %lld actors\n", slant_version(), n);
  slant_document_free(document);
  slant_actors_free(actors);
  return n == 2 ? 0 : 1;
}
