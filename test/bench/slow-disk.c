/* A stand-in for a slow disk: loaded before the C library, it makes each sync of a file take 10 ms longer. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

typedef int (*sync_function)(int);

static int slowed(const char *name, int descriptor) {
  const struct timespec ten_milliseconds = {0, 10 * 1000 * 1000};
  nanosleep(&ten_milliseconds, 0);
  return ((sync_function)dlsym(RTLD_NEXT, name))(descriptor);
}

int fsync(int descriptor) { return slowed("fsync", descriptor); }

int fdatasync(int descriptor) { return slowed("fdatasync", descriptor); }
