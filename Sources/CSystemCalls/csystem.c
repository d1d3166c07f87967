#define _GNU_SOURCE
#include "csystem.h"
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int csystem_peer_credentials(int fd, int32_t *pid, uint32_t *uid, uint32_t *gid) {
  struct ucred credentials;
  socklen_t length = sizeof credentials;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) return -1;
  *pid = credentials.pid;
  *uid = credentials.uid;
  *gid = credentials.gid;
  return 0;
}

int csystem_set_dumpable(int on) { return prctl(PR_SET_DUMPABLE, on, 0, 0, 0); }

int csystem_end_with_parent(int number) { return prctl(PR_SET_PDEATHSIG, number, 0, 0, 0); }

int csystem_set_malloc_perturb(int byte) { return mallopt(M_PERTURB, byte); }

int csystem_disable_core_dumps(void) {
  struct rlimit none = {0, 0};
  return setrlimit(RLIMIT_CORE, &none);
}

long csystem_raise_file_limit(long wanted) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
  if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < (rlim_t)wanted) {
    limit.rlim_cur = limit.rlim_max == RLIM_INFINITY || limit.rlim_max > (rlim_t)wanted ? (rlim_t)wanted : limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
  }
  return (long)limit.rlim_cur;
}

int csystem_open_directory(const char *path) { return open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC); }

static int64_t milliseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t csystem_boottime_milliseconds(void) { return milliseconds(CLOCK_BOOTTIME); }

int64_t csystem_realtime_milliseconds(void) { return milliseconds(CLOCK_REALTIME); }

void csystem_random(void *buffer, size_t count) {
  unsigned char *next = buffer;
  while (count > 0) {
    ssize_t got = getrandom(next, count, 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      abort();
    }
    next += got;
    count -= (size_t)got;
  }
}

int csystem_boottime_timer(void) { return timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC); }

int csystem_arm_boottime_timer(int fd, int64_t at) {
  struct itimerspec spec = {{0, 0}, {0, 0}};
  if (at >= 0) {
    spec.it_value.tv_sec = at / 1000;
    spec.it_value.tv_nsec = (at % 1000) * 1000000;
    if (spec.it_value.tv_sec == 0 && spec.it_value.tv_nsec == 0) spec.it_value.tv_nsec = 1;
  }
  return timerfd_settime(fd, TFD_TIMER_ABSTIME, &spec, NULL);
}

int csystem_set_close_on_exec(int fd) { return fcntl(fd, F_SETFD, FD_CLOEXEC); }

int csystem_exchange(const char *one, const char *other) {
  if (renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
  // A file system that can't: one after the other.
  char between[4096];
  if (snprintf(between, sizeof between, "%s.old", other) >= (int)sizeof between) {
    errno = ENAMETOOLONG;
    return -1;
  }
  return rename(other, between) == 0 && rename(one, other) == 0 && rename(between, one) == 0 ? 0 : -1;
}

int csystem_lock_exclusive(int fd) { return flock(fd, LOCK_EX | LOCK_NB); }

void csystem_unlock(int fd) { flock(fd, LOCK_UN); }

void csystem_wipe(void *buffer, size_t count) { explicit_bzero(buffer, count); }

char *const *csystem_environment(void) { return environ; }

int csystem_signal_descriptor(const int signals[], size_t count) {
  sigset_t set;
  sigemptyset(&set);
  for (size_t i = 0; i < count; i++) sigaddset(&set, signals[i]);
  if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) return -1;
  return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

void csystem_unblock_signal(int number) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
}

int csystem_take_signal(int fd) {
  struct signalfd_siginfo info;
  ssize_t got = read(fd, &info, sizeof info);
  if (got == (ssize_t)sizeof info) return (int)info.ssi_signo;
  return got < 0 && errno == EAGAIN ? 0 : -1;
}

void csystem_stop_self(void) {
  const int stop = SIGTSTP;
  raise(stop);
  csystem_unblock_signal(stop);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, stop);
  sigprocmask(SIG_BLOCK, &set, NULL);
}

// What a program is started with; a standard descriptor of -1 is /dev/null.
struct start {
  const char *path;
  char *const *arguments;
  char *const *environment;
  int standard[3];
  int ends_with_us;
};

// Runs in the child: async-signal-safe calls only.
static void become(const struct start *start, int report) {
  sigset_t none;
  int null = fcntl(open("/dev/null", O_RDWR | O_CLOEXEC), F_DUPFD_CLOEXEC, 10), placed = null >= 0;
  setsid();
  umask(077);
  if (start->ends_with_us) csystem_end_with_parent(SIGTERM);
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  for (int fd = 0; fd <= 2; fd++) placed = placed && dup2(start->standard[fd] < 0 ? null : start->standard[fd], fd) == fd;
  // The report goes to a number that close_range can stop below; it closes itself when the program is executed.
  if (placed && chdir("/") == 0 && dup3(report, 3, O_CLOEXEC) == 3 && syscall(SYS_close_range, 4, ~0U, 0) == 0) {
    report = 3;
    execve(start->path, start->arguments, start->environment);
  }
  int failure = errno;
  if (write(report, &failure, sizeof failure) < 0) _exit(126);
  _exit(127);
}

// Starts it; -1 with errno also where it could not be executed. Its descriptors are numbers from 10.
static pid_t spawn(const struct start *start) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  int report = fcntl(ends[1], F_DUPFD_CLOEXEC, 10);
  close(ends[1]);
  pid_t pid = report < 0 ? -1 : fork();
  if (pid == 0) become(start, report);
  int failure = errno;
  if (report >= 0) close(report);
  if (pid > 0) {
    ssize_t got;
    do got = read(ends[0], &failure, sizeof failure);
    while (got < 0 && errno == EINTR);
    if (got == (ssize_t)sizeof failure) {
      waitpid(pid, NULL, 0);
      pid = -1;
    }
  }
  close(ends[0]);
  errno = failure;
  return pid;
}

// A copy with a number from 10, so that none of the dup2 in a child lands on one still needed.
static int raised(int fd) { return fcntl(fd, F_DUPFD_CLOEXEC, 10); }

static void close_if_open(int fd) {
  int failure = errno;
  if (fd >= 0) close(fd);
  errno = failure;
}

pid_t csystem_spawn_daemon(const char *path, char *const arguments[], char *const environment[], int log) {
  struct start start = {path, arguments, environment, {-1, -1, raised(log)}, 0};
  pid_t pid = start.standard[2] < 0 ? -1 : spawn(&start);
  close_if_open(start.standard[2]);
  return pid;
}

pid_t csystem_spawn_piped(const char *path, char *const arguments[], char *const environment[], int *into, int *out) {
  int to[2] = {-1, -1}, from[2] = {-1, -1};
  struct start start = {path, arguments, environment, {-1, -1, -1}, 1};
  pid_t pid = -1;
  if (pipe2(to, O_CLOEXEC) == 0 && pipe2(from, O_CLOEXEC) == 0) {
    start.standard[0] = raised(to[0]);
    start.standard[1] = raised(from[1]);
    if (start.standard[0] >= 0 && start.standard[1] >= 0) pid = spawn(&start);
  }
  close_if_open(start.standard[0]);
  close_if_open(start.standard[1]);
  close_if_open(to[0]);
  close_if_open(from[1]);
  if (pid > 0) {
    *into = to[1];
    *out = from[0];
  } else {
    close_if_open(to[1]);
    close_if_open(from[0]);
  }
  return pid;
}

int csystem_child_ended(pid_t pid, int *status) {
  int raw;
  pid_t ended = waitpid(pid, &raw, WNOHANG);
  if (ended <= 0) return ended;
  *status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
  return 1;
}

void csystem_open_standard_descriptors(void) {
  for (int fd = 0; fd <= 2; fd++) {
    // The lowest free number is the one that is missing.
    if (fcntl(fd, F_GETFD) == -1 && errno == EBADF) (void)open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY);
  }
}

// Linux 5.14; off unless secretmem.enable is set before 6.5.
#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif

void *csystem_locked_memory(size_t count) {
  int fd = (int)syscall(SYS_memfd_secret, O_CLOEXEC);
  if (fd >= 0) {
    void *secret = ftruncate(fd, (off_t)count) == 0
                       ? mmap(NULL, count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_LOCKED, fd, 0)
                       : MAP_FAILED;
    close(fd);
    if (secret != MAP_FAILED) {
      madvise(secret, count, MADV_DONTFORK);
      return secret;
    }
  }
  void *memory = mmap(NULL, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return NULL;
  // Where the limit of locked memory is used up it may be swapped; better than no store.
  (void)mlock(memory, count);
  madvise(memory, count, MADV_DONTDUMP);
  madvise(memory, count, MADV_DONTFORK);
  return memory;
}

void csystem_free_locked_memory(void *memory, size_t count) {
  if (memory == NULL) return;
  explicit_bzero(memory, count);
  munmap(memory, count);
}
