// What the programs here share: how to reach a unix socket, and how to read one HTTP answer from it.
#ifndef UNIX_HTTP_H
#define UNIX_HTTP_H

#define _GNU_SOURCE
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { ANSWER_LIMIT = 65536 };

static inline struct sockaddr_un unix_address(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) errx(64, "the socket's path is too long: %s", path);
  strcpy(address.sun_path, path);
  return address;
}

static inline int unix_connect(const char *path) {
  struct sockaddr_un address = unix_address(path);
  int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof address) < 0) err(69, "%s", path);
  return descriptor;
}

// Reads one whole answer and returns its body, ended by NUL. Anything but a 200 with a Content-Length ends the
// program: an error is not a fast answer.
static inline char *read_answer(int server, char buffer[ANSWER_LIMIT]) {
  size_t filled = 0, wanted = 0;
  char *body = NULL;
  while (!wanted || filled < wanted) {
    ssize_t got = read(server, buffer + filled, ANSWER_LIMIT - 1 - filled);
    if (got <= 0) errx(1, "the server closed the connection in the middle of an answer");
    filled += got;
    buffer[filled] = 0;
    if (wanted || !(body = strstr(buffer, "\r\n\r\n"))) continue;
    if (strncmp(buffer, "HTTP/1.1 200 ", 13) != 0) errx(1, "not a 200: %.60s", buffer);
    char *length = strcasestr(buffer, "\r\ncontent-length:");
    if (!length) errx(1, "no Content-Length");
    body += 4;
    wanted = (body - buffer) + strtoul(length + 17, NULL, 10);
  }
  return body;
}

#endif
