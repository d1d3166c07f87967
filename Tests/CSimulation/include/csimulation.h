// What a program needs that runs Swift's tasks one by one, in an order of its own, on a disk that may be full.
#ifndef CSIMULATION_H
#define CSIMULATION_H

/// From now on each job of Swift's global executor is given to `take`, on the thread that made it ready.
void csimulation_take_jobs(void (*take)(void *context, void *job), void *context);

/// Runs a job that was taken, once, on the calling thread.
void csimulation_run_job(void *job);

/// Whether files may grow: with 0 every write to one fails (RLIMIT_FSIZE), until it is called with 1.
void csimulation_let_files_grow(int may_grow);

#endif
