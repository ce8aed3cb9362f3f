/* A stand-in for a slow disk: loaded before the C library, it makes each sync of a file take SYNC_DELAY_MICROSECONDS longer. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

typedef int (*sync_function)(int);

static int slowed(const char *name, int descriptor) {
  const char *delay = getenv("SYNC_DELAY_MICROSECONDS");
  const long microseconds = delay ? atol(delay) : 0;
  const struct timespec time = {microseconds / 1000000, microseconds % 1000000 * 1000};
  /* Else the kernel adds up to 50 microseconds to each sleep. */
  prctl(PR_SET_TIMERSLACK, 1);
  nanosleep(&time, 0);
  return ((sync_function)dlsym(RTLD_NEXT, name))(descriptor);
}

int fsync(int descriptor) { return slowed("fsync", descriptor); }

int fdatasync(int descriptor) { return slowed("fdatasync", descriptor); }
