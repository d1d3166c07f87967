// The floor: the same answer by a C server that does nothing but read a head and write bytes that are ready.
// usage: http-floor SOCKET ANSWER_FILE    (the file: a whole HTTP response with its Content-Length)
#include "unix-http.h"

#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>

enum { HEAD_LIMIT = 16384, CONNECTION_LIMIT = 4096 };

struct connection {
  size_t filled;
  char head[HEAD_LIMIT];
};

static char *answer;
static size_t answer_length;
static struct connection *connections[CONNECTION_LIMIT];

static void load_answer(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) err(66, "%s", path);
  answer = malloc(ANSWER_LIMIT);
  answer_length = fread(answer, 1, ANSWER_LIMIT, file);
  fclose(file);
}

static void accept_all(int listener, int epoll) {
  int peer;
  while ((peer = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    if (peer >= CONNECTION_LIMIT) errx(1, "too many connections");
    if (!connections[peer]) connections[peer] = malloc(sizeof(struct connection));
    connections[peer]->filled = 0;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = peer};
    epoll_ctl(epoll, EPOLL_CTL_ADD, peer, &event);
  }
}

// Reads what is there; answers once a head is complete (the load generator never pipelines).
static void serve(int peer) {
  struct connection *connection = connections[peer];
  ssize_t got = read(peer, connection->head + connection->filled, HEAD_LIMIT - connection->filled);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    close(peer);
    return;
  }
  connection->filled += got;
  if (!memmem(connection->head, connection->filled, "\r\n\r\n", 4)) return;
  connection->filled = 0;
  if (write(peer, answer, answer_length) != (ssize_t)answer_length) close(peer);
}

int main(int argc, char **argv) {
  if (argc != 3) errx(64, "usage: http-floor SOCKET ANSWER_FILE");
  load_answer(argv[2]);
  struct sockaddr_un address = unix_address(argv[1]);
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 1024) < 0) err(1, "bind");

  int epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    struct epoll_event ready[64];
    int count = epoll_wait(epoll, ready, 64, -1);
    for (int index = 0; index < count; index++) {
      if (ready[index].data.fd == listener) accept_all(listener, epoll);
      else serve(ready[index].data.fd);
    }
  }
}
