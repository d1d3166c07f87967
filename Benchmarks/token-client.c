// The least that a program must do for a token: connect, ask, cut the token out of the answer, print it.
// usage: token-client SOCKET SESSION
#include "unix-http.h"

#include <stdio.h>

int main(int argc, char **argv) {
  if (argc != 3) errx(64, "usage: token-client SOCKET SESSION");
  int agent = unix_connect(argv[1]);

  char request[512], answer[ANSWER_LIMIT];
  int length = snprintf(request, sizeof request, "GET /v1/sessions/%s/token HTTP/1.1\r\nHost: agent\r\n\r\n", argv[2]);
  if (length >= (int)sizeof request) errx(64, "the session's name is too long");
  if (write(agent, request, length) != length) err(69, "write");

  char *member = strstr(read_answer(agent, answer), "\"token\"");
  char *token = member ? strchr(member + 7, '"') : NULL;
  char *end = token ? strchr(token + 1, '"') : NULL;
  if (!end) errx(1, "no token in the answer");
  *end = '\n';
  return write(1, token + 1, end - token) < 0;
}
