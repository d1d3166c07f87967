// System calls that Swift's Glibc module does not offer (variadic, or behind _GNU_SOURCE).
#ifndef CSYSTEM_H
#define CSYSTEM_H
#include <stdint.h>
#include <stddef.h>
#include <sys/types.h>

/// Credentials of the process at the other end of a unix socket (SO_PEERCRED). 0, or -1 with errno.
int csystem_peer_credentials(int fd, int32_t *pid, uint32_t *uid, uint32_t *gid);
/// PR_SET_DUMPABLE. 0, or -1 with errno.
int csystem_set_dumpable(int on);
/// Has the kernel send this process a signal when the thread that started it ends (PR_SET_PDEATHSIG). 0, or -1 with errno.
int csystem_end_with_parent(int number);
/// Sets malloc's M_PERTURB, so that freed memory is overwritten. 1 on success.
int csystem_set_malloc_perturb(int byte);
/// Lowers RLIMIT_CORE to 0. 0, or -1 with errno.
int csystem_disable_core_dumps(void);
/// Raises RLIMIT_NOFILE's soft limit to at least `wanted` where the hard limit allows. The new soft limit, or -1.
long csystem_raise_file_limit(long wanted);
/// open(2) with O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC. A descriptor, or -1 with errno.
int csystem_open_directory(const char *path);
/// Milliseconds of CLOCK_BOOTTIME.
int64_t csystem_boottime_milliseconds(void);
/// Milliseconds of CLOCK_REALTIME.
int64_t csystem_realtime_milliseconds(void);
/// Fills the buffer from getrandom(2); aborts if the kernel refuses.
void csystem_random(void *buffer, size_t count);
/// A timerfd (non-blocking, close-on-exec) on CLOCK_BOOTTIME; -1 with errno.
int csystem_boottime_timer(void);
/// Arms the timer for an absolute CLOCK_BOOTTIME millisecond, or disarms it with a negative one. 0, or -1 with errno.
int csystem_arm_boottime_timer(int fd, int64_t milliseconds);
/// A timerfd (non-blocking, close-on-exec) on CLOCK_REALTIME that never comes due; -1 with errno.
int csystem_clock_watch(void);
/// Waits for the next setting of the clock, from now on (TFD_TIMER_CANCEL_ON_SET). 1 where it was set since the last call.
int csystem_rearm_clock_watch(int fd);
/// A netlink socket (non-blocking, close-on-exec) that hears of links, addresses and routes (rtnetlink(7)); -1 with errno.
int csystem_network_watch(void);
/// Reads all that a netlink socket has; nothing of it is kept.
void csystem_drain(int fd);
/// Whether an interface that is up, other than the loopback, has an address that is not link-local: 1 or 0; -1 with errno.
/// `print` changes with the set of these addresses and with the default routes.
int csystem_network(uint64_t *print);
/// Sets FD_CLOEXEC. 0, or -1 with errno.
int csystem_set_close_on_exec(int fd);
/// Has two files change names, in one step where the file system can. 0, or -1 with errno.
int csystem_exchange(const char *one, const char *other);
/// flock(2), exclusive and non-blocking. 0, or -1 with errno (EWOULDBLOCK where another holds it).
int csystem_lock_exclusive(int fd);
/// Lets go of it, also where a child between fork and exec still has a copy of the descriptor.
void csystem_unlock(int fd);
/// Overwrites memory in a way that the compiler cannot leave out.
void csystem_wipe(void *buffer, size_t count);
/// The process's environment (environ).
char *const *csystem_environment(void);
/// Blocks signals and makes a descriptor that becomes readable when one of them arrives (signalfd, non-blocking,
/// close-on-exec). -1 with errno.
int csystem_signal_descriptor(const int signals[], size_t count);
/// Unblocks a signal; one that waits arrives now.
void csystem_unblock_signal(int number);
/// Takes one signal from such a descriptor; 0 where none is waiting, -1 with errno.
int csystem_take_signal(int fd);
/// Stops this process as SIGTSTP does although it is blocked; returns once the process is continued.
void csystem_stop_self(void);
/// Runs a program as a child in a session of its own: cwd `/`, umask 077, signals at their defaults, standard input and
/// output on /dev/null, standard error on `log`, every other descriptor closed. Its pid, or -1 with errno, also where
/// the program itself could not be executed.
pid_t csystem_spawn_daemon(const char *path, char *const arguments[], char *const environment[], int log);
/// Runs a program as a child in a session of its own: cwd `/`, umask 077, signals at their defaults, standard input and
/// output on pipes whose other ends are `into` and `out`, standard error on /dev/null, every other descriptor closed. It
/// gets SIGTERM when the calling thread ends. Its pid, or -1 with errno, also where it could not be executed.
pid_t csystem_spawn_piped(const char *path, char *const arguments[], char *const environment[], int *into, int *out);
/// Whether a child ended: 1 and its status (exit code, or 128 + signal), 0 while it runs, -1 with errno.
int csystem_child_ended(pid_t pid, int *status);
/// Runs Swift tasks that belong to no actor's executor on that many threads of ours instead of libdispatch's, so that an
/// idle process sleeps. To be called once, before the first task. The number of threads that could be started.
int csystem_install_task_pool(int threads);
/// Opens /dev/null for each of the descriptors 0 to 2 that is closed, so that nothing else is taken for them.
void csystem_open_standard_descriptors(void);
/// Memory for a key: memfd_secret where the kernel has it, else locked and left out of core files; not inherited by
/// children. NULL where there is none.
void *csystem_locked_memory(size_t count);
/// Wipes such memory and gives it back.
void csystem_free_locked_memory(void *memory, size_t count);
#endif
