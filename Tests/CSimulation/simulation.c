#include "csimulation.h"
#include "swift_jobs.h"
#include <signal.h>
#include <sys/resource.h>

static void (*taker)(void *context, void *job);
static void *taker_context;

static SWIFT_CC void enqueue(SwiftJob *job, EnqueueOriginal original) {
  (void)original;
  taker(taker_context, job);
}

void csimulation_take_jobs(void (*take)(void *context, void *job), void *context) {
  taker = take;
  taker_context = context;
  swift_task_enqueueGlobal_hook = enqueue;
}

void csimulation_run_job(void *job) { swift_job_run((SwiftJob *)job, (void *)0, 0); }

void csimulation_let_files_grow(int may_grow) {
  struct rlimit limit;
  signal(SIGXFSZ, SIG_IGN);
  if (getrlimit(RLIMIT_FSIZE, &limit) != 0) return;
  limit.rlim_cur = may_grow ? limit.rlim_max : 0;
  setrlimit(RLIMIT_FSIZE, &limit);
}
