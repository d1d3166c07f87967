#include "tss.h"
#ifdef CTPM_HAS_TSS
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

static struct tss functions;
static int is_loaded;
static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER;

// They stay once loaded: OpenSSL, which they use too, does not like to be unloaded and loaded.
static void *library(const char *name, char *detail, size_t room) {
  void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!handle) snprintf(detail, room, "%s", dlerror());
  return handle;
}

static int load(char *detail, size_t room) {
  void *tctildr = library("libtss2-tctildr.so.0", detail, room);
  void *mu = tctildr ? library("libtss2-mu.so.0", detail, room) : NULL;
  void *esys = mu ? library("libtss2-esys.so.0", detail, room) : NULL;
  if (!esys) return 0;
#define CTPM_FIND(library, name)                              \
  functions.name = (__typeof__(functions.name))dlsym(library, #name); \
  if (!functions.name) {                                      \
    snprintf(detail, room, "%s has no %s", #library, #name);  \
    return 0;                                                 \
  }
  CTPM_FUNCTIONS(CTPM_FIND)
#undef CTPM_FIND
  return 1;
}

const struct tss *ctpm_tss(char *detail, size_t room) {
  pthread_mutex_lock(&loading);
  if (!is_loaded) is_loaded = load(detail, room);
  int is_there = is_loaded;
  pthread_mutex_unlock(&loading);
  return is_there ? &functions : NULL;
}
#endif
