// A load generator: one request outstanding on one connection, kept open or made anew for each request.
// usage: load SOCKET PATH keep|connect SECONDS    prints: REQUESTS_PER_SECOND P50_MICROSECONDS P99_MICROSECONDS
#include "unix-http.h"

#include <stdio.h>
#include <time.h>

enum { SAMPLE_LIMIT = 4000000 };

static double now_seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static int compare(const void *left, const void *right) {
  float a = *(const float *)left, b = *(const float *)right;
  return (a > b) - (a < b);
}

int main(int argc, char **argv) {
  if (argc != 5) errx(64, "usage: load SOCKET PATH keep|connect SECONDS");
  int keep = strcmp(argv[3], "keep") == 0;
  double limit = atof(argv[4]);
  char request[1024], answer[ANSWER_LIMIT];
  int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: agent\r\n\r\n", argv[2]);
  float *samples = malloc(SAMPLE_LIMIT * sizeof *samples);
  size_t count = 0;
  int server = keep ? unix_connect(argv[1]) : -1;

  double begin = now_seconds(), last = begin;
  while (last - begin < limit && count < SAMPLE_LIMIT) {
    if (!keep) server = unix_connect(argv[1]);
    if (write(server, request, length) != length) err(1, "write");
    read_answer(server, answer);
    if (!keep) close(server);
    double next = now_seconds();
    samples[count++] = (next - last) * 1e6;
    last = next;
  }
  qsort(samples, count, sizeof *samples, compare);
  printf("%.0f %.1f %.1f\n", count / (last - begin), samples[count / 2], samples[count * 99 / 100]);
}
