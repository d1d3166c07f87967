// Swift's default global executor is libdispatch, whose manager thread wakes up once a second for ever after the first
// task. Nothing in the agent needs it: tasks off the event loops run on the few threads here, which sleep when there
// is nothing to do.
#include "csystem.h"
#include "swift_jobs.h"
#include <pthread.h>
#include <stdlib.h>

typedef struct Node {
  struct Node *next;
  SwiftJob *job;
} Node;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static Node *first, **last = &first;

static SWIFT_CC void enqueue(SwiftJob *job, EnqueueOriginal original) {
  Node *node = malloc(sizeof *node);
  if (!node) {
    original(job);
    return;
  }
  *node = (Node){NULL, job};
  pthread_mutex_lock(&mutex);
  *last = node;
  last = &node->next;
  pthread_cond_signal(&filled);
  pthread_mutex_unlock(&mutex);
}

static void *work(void *unused) {
  (void)unused;
  for (;;) {
    pthread_mutex_lock(&mutex);
    while (!first) pthread_cond_wait(&filled, &mutex);
    Node *node = first;
    first = node->next;
    if (!first) last = &first;
    pthread_mutex_unlock(&mutex);
    SwiftJob *job = node->job;
    free(node);
    swift_job_run(job, NULL, 0);
  }
  return NULL;
}

int csystem_install_task_pool(int threads) {
  int started = 0;
  for (int i = 0; i < threads; i++) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, NULL) != 0) break;
    pthread_detach(thread);
    started++;
  }
  if (started > 0) swift_task_enqueueGlobal_hook = enqueue;
  return started;
}
