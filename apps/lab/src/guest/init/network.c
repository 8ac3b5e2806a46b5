// The guest's address, its echo port and its control port. One thread a session: they are few and mostly idle.
#define _GNU_SOURCE
#include "guest.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static struct personality identity;
static _Atomic uint32_t sessions;

static void ioctl_or_say(int socket, unsigned long request, struct ifreq *argument, const char *what) {
  if (ioctl(socket, request, argument) != 0) printf("ferry-guest cannot set %s: %m\n", what);
}

static void set_address(int socket, unsigned long request, struct ifreq *interface, uint32_t address, const char *what) {
  struct sockaddr_in internet = {.sin_family = AF_INET, .sin_addr.s_addr = address};
  memcpy(&interface->ifr_addr, &internet, sizeof internet);
  ioctl_or_say(socket, request, interface, what);
}

static void up(int socket, const char *name) {
  struct ifreq interface = {0};
  strcpy(interface.ifr_name, name);
  interface.ifr_flags = IFF_UP | IFF_RUNNING;
  ioctl_or_say(socket, SIOCSIFFLAGS, &interface, name);
}

static void set_hardware_address(int socket) {
  struct ifreq interface = {.ifr_name = "eth0"};
  interface.ifr_hwaddr.sa_family = ARPHRD_ETHER;
  memcpy(interface.ifr_hwaddr.sa_data, identity.mac, 6);
  ioctl_or_say(socket, SIOCSIFHWADDR, &interface, "the hardware address");
}

void configure_network(const struct personality *self) {
  identity = *self;
  int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct ifreq interface = {.ifr_name = "eth0"};
  uint32_t address;
  memcpy(&address, self->ip, 4);
  up(control, "lo");
  // A warm state carries the hardware address it was saved with. This also tells QEMU's receive filter.
  set_hardware_address(control);
  // Up before it has an address: what a neighbour sends in between would be lost, and come again a second later.
  up(control, "eth0");
  set_address(control, SIOCSIFADDR, &interface, address, "the address");
  set_address(control, SIOCSIFNETMASK, &interface, htonl(self->prefix ? ~0u << (32 - self->prefix) : 0), "the netmask");
  close(control);
}

void announce(void) {
  int notify = open("/proc/sys/net/ipv4/conf/eth0/arp_notify", O_WRONLY | O_CLOEXEC);
  if (notify < 0 || write(notify, "1", 1) != 1) printf("ferry-guest cannot announce itself: %m\n");
  close(notify);
  int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  set_hardware_address(control);
  close(control);
}

static bool send_all(int session, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t sent = send(session, bytes, length, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent, length -= (size_t)sent;
  }
  return true;
}

static void *echo(void *argument) {
  int session = (int)(intptr_t)argument;
  char buffer[4096];
  ssize_t received;
  sessions++;
  while ((received = recv(session, buffer, sizeof buffer, 0)) > 0 && send_all(session, buffer, (size_t)received));
  sessions--;
  close(session);
  return NULL;
}

static int status(char *line, size_t size) {
  return snprintf(
      line, size,
      "{\"ip\":\"%u.%u.%u.%u\",\"uptimeMs\":%llu,\"vcpus\":%ld,\"sessions\":%u,"
      "\"counter\":{\"sequence\":%llu,\"boot\":%llu,\"forked\":%s,\"ioErrors\":%llu},"
      "\"dirty\":{\"mibPerSecond\":%u,\"workingSetMib\":%u,\"achievedMibPerSecond\":%u,\"corruptPages\":%llu}}\n",
      identity.ip[0], identity.ip[1], identity.ip[2], identity.ip[3], (unsigned long long)(monotonic_ns() / 1000000),
      sysconf(_SC_NPROCESSORS_ONLN), sessions, (unsigned long long)counter.sequence, (unsigned long long)counter.boot,
      counter.forked ? "true" : "false", (unsigned long long)counter.io_errors, dirty.mib_per_second,
      dirty.working_set_mib, dirty.achieved_mib_per_second, (unsigned long long)dirty.corrupt_pages);
}

static int answer(const char *line, char *reply, size_t size) {
  uint32_t rate, working_set;
  if (strcmp(line, "status") == 0) return status(reply, size);
  if (strcmp(line, "poweroff") == 0) return snprintf(reply, size, "ok\n");
  if (sscanf(line, "dirty %u %u", &rate, &working_set) == 2) {
    const char *refusal = set_dirtying(rate, working_set);
    return refusal ? snprintf(reply, size, "error %s\n", refusal) : snprintf(reply, size, "ok\n");
  }
  return snprintf(reply, size, "error known are: dirty <mibPerSecond> <workingSetMib>, status, poweroff\n");
}

static void *control(void *argument) {
  int session = (int)(intptr_t)argument;
  FILE *lines = fdopen(session, "r");
  char line[128], reply[1024];
  while (lines && fgets(line, sizeof line, lines)) {
    line[strcspn(line, "\r\n")] = 0;
    int length = answer(line, reply, sizeof reply);
    if (!send_all(session, reply, (size_t)length)) break;
    if (strcmp(line, "poweroff") == 0) {
      // The answer must be out before the network is gone.
      shutdown(session, SHUT_WR);
      while (fgets(line, sizeof line, lines));
      power_off();
    }
  }
  if (lines) fclose(lines);
  return NULL;
}

struct service {
  int listener;
  void *(*serve)(void *);
};

static void *accept_all(void *argument) {
  struct service *service = argument;
  for (;;) {
    int session = accept4(service->listener, NULL, NULL, SOCK_CLOEXEC);
    int yes = 1;
    if (session < 0) continue;
    setsockopt(session, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    start_thread(service->serve, (void *)(intptr_t)session);
  }
  return NULL;
}

static void listen_on(uint16_t port, struct service *service, void *(*serve)(void *)) {
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(port)};
  service->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  service->serve = serve;
  if (bind(service->listener, (struct sockaddr *)&any, sizeof any) != 0 || listen(service->listener, 64) != 0)
    printf("ferry-guest cannot listen on port %u: %m\n", port);
  start_thread(accept_all, service);
}

void serve_echo(uint16_t port) {
  static struct service service;
  listen_on(port, &service, echo);
}

void serve_control(uint16_t port) {
  static struct service service;
  listen_on(port, &service, control);
}
