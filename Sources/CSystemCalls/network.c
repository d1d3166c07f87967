#define _GNU_SOURCE
#include "csystem.h"
#include <errno.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

// The latest second that the kernel takes.
#define NEVER (INT64_MAX / 1000000000)

int csystem_clock_watch(void) {
  int fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  if (fd >= 0) csystem_rearm_clock_watch(fd);
  return fd;
}

int csystem_rearm_clock_watch(int fd) {
  uint64_t expirations;
  int was_set = read(fd, &expirations, sizeof expirations) < 0 && errno == ECANCELED;
  struct itimerspec never = {{0, 0}, {NEVER, 0}};
  timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL);
  return was_set;
}

int csystem_network_watch(void) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) return -1;
  struct sockaddr_nl address = {
      .nl_family = AF_NETLINK,
      .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE};
  if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

void csystem_drain(int fd) {
  char buffer[8192];
  // Too many at once (ENOBUFS) are as good as one: what the network is like is looked at anew.
  while (recv(fd, buffer, sizeof buffer, 0) >= 0 || errno == ENOBUFS || errno == EINTR) continue;
}

static uint64_t mixed(uint64_t hash, const void *bytes, size_t count) {
  for (const unsigned char *next = bytes; count > 0; count--) hash = (hash ^ *next++) * 0x100000001b3u;
  return hash;
}

static int is_useful(const struct ifaddrs *entry) {
  if (entry->ifa_addr == NULL || !(entry->ifa_flags & IFF_UP) || !(entry->ifa_flags & IFF_RUNNING)) return 0;
  if (entry->ifa_flags & IFF_LOOPBACK) return 0;
  if (entry->ifa_addr->sa_family == AF_INET) {
    uint32_t address = ntohl(((struct sockaddr_in *)entry->ifa_addr)->sin_addr.s_addr);
    return address >> 16 != 0xa9fe;
  }
  return entry->ifa_addr->sa_family == AF_INET6
         && !IN6_IS_ADDR_LINKLOCAL(&((struct sockaddr_in6 *)entry->ifa_addr)->sin6_addr);
}

// The default routes in one of the kernel's tables: lines whose destination is `none` (after the interface's name where
// that begins with a tab); order does not count. The counters, which change all the time, stand after `length` bytes.
static uint64_t default_routes(const char *path, const char *none, size_t length) {
  uint64_t sum = 0;
  char line[512];
  FILE *file = fopen(path, "re");
  if (file == NULL) return 0;
  while (fgets(line, sizeof line, file) != NULL) {
    const char *destination = *none == '\t' ? strchr(line, '\t') : line;
    if (destination == NULL || strncmp(destination, none, strlen(none)) != 0 || strstr(line, " lo\n") != NULL) continue;
    size_t whole = strlen(line);
    sum += mixed(0xcbf29ce484222325u, line, whole < length ? whole : length);
  }
  fclose(file);
  return sum;
}

int csystem_network(uint64_t *print) {
  struct ifaddrs *all;
  if (getifaddrs(&all) != 0) return -1;
  int found = 0;
  uint64_t sum = 0;
  for (const struct ifaddrs *entry = all; entry != NULL; entry = entry->ifa_next) {
    if (!is_useful(entry)) continue;
    found = 1;
    uint64_t hash = mixed(0xcbf29ce484222325u, entry->ifa_name, strlen(entry->ifa_name));
    if (entry->ifa_addr->sa_family == AF_INET)
      sum += mixed(hash, &((struct sockaddr_in *)entry->ifa_addr)->sin_addr, 4);
    else
      sum += mixed(hash, &((struct sockaddr_in6 *)entry->ifa_addr)->sin6_addr, 16);
  }
  freeifaddrs(all);
  *print = sum + default_routes("/proc/net/route", "\t00000000\t", 40)
           + default_routes("/proc/net/ipv6_route", "00000000000000000000000000000000 00 ", 104);
  return found;
}
