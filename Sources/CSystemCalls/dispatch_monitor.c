// libdispatch watches its own worker threads by a timer that wakes the process up once a second for ever, from the first
// job on any of its queues. Our own tasks don't use them (task_pool.c), but libraries do, once in a while: NIO for a
// host's name, async-http-client for a TLS context, GRDB for a database that was closed.
//
// A worker tells the watch that it begins and ends by these two functions. The watch is the whole of the file that
// defines them (swift-corelibs-libdispatch, src/event/workqueue.c), so a program that is linked statically and brings
// its own leaves the watch out. Its use is to start more threads than cores where jobs block; those few don't need it.
// In a program linked with libdispatch.so this is without effect.

void _dispatch_workq_worker_register(void *root_queue);
void _dispatch_workq_worker_unregister(void);

void _dispatch_workq_worker_register(void *root_queue) { (void)root_queue; }

void _dispatch_workq_worker_unregister(void) {}
