// Preloaded into a process, ends it before its KILL_AT-th change of a file: what a crash leaves between any two writes.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static long left;
static int armed;

static void change(void) {
  if (!armed) {
    const char *text = getenv("KILL_AT");
    left = text ? atol(text) : 0;
    armed = 1;
  }
  if (left > 0 && --left == 0) kill(getpid(), SIGKILL);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int is_file(int fd) {
  struct stat facts;
  return fd > 2 && fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode);
}

ssize_t write(int fd, const void *bytes, size_t count) {
  if (is_file(fd)) change();
  return REAL(write)(fd, bytes, count);
}
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  change();
  return REAL(pwrite)(fd, bytes, count, at);
}
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  change();
  return REAL(pwrite64)(fd, bytes, count, at);
}
int ftruncate(int fd, off_t size) {
  if (is_file(fd)) change();
  return REAL(ftruncate)(fd, size);
}
int ftruncate64(int fd, off64_t size) {
  if (is_file(fd)) change();
  return REAL(ftruncate64)(fd, size);
}
int fsync(int fd) {
  change();
  return REAL(fsync)(fd);
}
int fdatasync(int fd) {
  change();
  return REAL(fdatasync)(fd);
}
int rename(const char *from, const char *to) {
  change();
  return REAL(rename)(from, to);
}
int unlink(const char *path) {
  change();
  return REAL(unlink)(path);
}
