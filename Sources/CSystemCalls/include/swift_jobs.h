// The entry points of Swift's runtime for whoever takes over its global executor (swift/ABI/Executor.h; SwiftNIO's
// takeover of the pool uses them too). For C alone: Swift's importer knows no such calling convention.
#ifndef SWIFT_JOBS_H
#define SWIFT_JOBS_H
#ifndef __swift__

#include <stdint.h>

#define SWIFT_CC __attribute__((swiftcall))

typedef struct SwiftJob SwiftJob;
typedef SWIFT_CC void (*EnqueueOriginal)(SwiftJob *);
typedef SWIFT_CC void (*EnqueueHook)(SwiftJob *, EnqueueOriginal);

extern EnqueueHook swift_task_enqueueGlobal_hook;
extern SWIFT_CC void swift_job_run(SwiftJob *job, void *identity, uintptr_t implementation);

#endif
#endif
