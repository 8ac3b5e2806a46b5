// The guest's only program: process 1 of the lab's virtual machines.
#define _GNU_SOURCE
#include "guest.h"
#include <dirent.h>
#include <fcntl.h>
#include <linux/input.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

uint64_t monotonic_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint32_t crc32(const void *bytes, size_t length) {
  const uint8_t *at = bytes;
  uint32_t crc = ~0u;
  while (length--) {
    crc ^= *at++;
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xedb88320u & -(crc & 1));
  }
  return ~crc;
}

void start_thread(void *(*run)(void *), void *argument) {
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 64 * 1024);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  if (pthread_create(&thread, &attributes, run, argument) != 0) printf("ferry-guest has no thread left\n");
  pthread_attr_destroy(&attributes);
}

void power_off(void) {
  sync();
  reboot(RB_POWER_OFF);
}

static int visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

// Their names begin with their place: virtio_ring must come before virtio.
static void load_modules(void) {
  struct dirent **names;
  int count = scandir("/modules", &names, visible, alphasort);
  for (int i = 0; i < count; i++) {
    char path[300];
    snprintf(path, sizeof path, "/modules/%s", names[i]->d_name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || syscall(SYS_finit_module, file, "", 0) != 0) printf("ferry-guest cannot load %s: %m\n", path);
    close(file);
  }
}

// A disk given whole to the guest is a SCSI one, and says by its serial number which it is.
static const char *await_disk(void) {
  for (;; usleep(1000)) {
    if (access("/dev/vda", F_OK) == 0) return "/dev/vda";
    if (access("/dev/sda", F_OK) != 0) continue;
    char page[256];
    int file = open("/sys/block/sda/device/vpd_pg80", O_RDONLY | O_CLOEXEC);
    ssize_t length = read(file, page, sizeof page);
    close(file);
    // After its header, in which the fourth byte is the length.
    if (length > 4) printf("ferry-guest has the SCSI disk %.*s\n", (int)(length - 4), page + 4);
    return "/dev/sda";
  }
}

static void await_path(const char *path) {
  while (access(path, F_OK) != 0) usleep(1000);
}

void await_personality(int disk, struct personality *found) {
  for (;; usleep(5000)) {
    if (pread(disk, found, sizeof *found, PERSONALITY_SECTOR * SECTOR_BYTES) != sizeof *found) continue;
    if (memcmp(found->magic, "FERRYVM1", 8) == 0 && crc32(found, sizeof *found - 4) == found->crc) return;
  }
}

static void *watch_power_button(void *argument) {
  int button = (int)(intptr_t)argument;
  struct input_event event;
  while (read(button, &event, sizeof event) == sizeof event)
    if (event.type == EV_KEY && event.code == KEY_POWER && event.value == 1) power_off();
  return NULL;
}

void start_power_button(void) {
  for (int i = 0; i < 4; i++) {
    char path[32];
    snprintf(path, sizeof path, "/dev/input/event%d", i);
    int button = open(path, O_RDONLY | O_CLOEXEC);
    if (button >= 0) start_thread(watch_power_button, (void *)(intptr_t)button);
  }
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  mkdir("/proc", 0755), mkdir("/sys", 0755), mkdir("/dev", 0755);
  mount("proc", "/proc", "proc", 0, NULL);
  mount("sysfs", "/sys", "sysfs", 0, NULL);
  mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
  load_modules();
  const char *disk_path = await_disk();
  await_path("/sys/class/net/eth0");
  start_power_button();

  // O_DIRECT: what is read is what the image holds now, never what this guest remembers of it.
  int disk = open(disk_path, O_RDWR | O_DIRECT | O_DSYNC | O_CLOEXEC);
  if (disk < 0) printf("ferry-guest cannot open its disk: %m\n");
  static struct personality self;
  printf("ferry-guest waits for its personality\n");
  await_personality(disk, &self);

  configure_network(&self);
  start_dirtying();
  const char *refusal = set_dirtying(self.dirty_mib_per_second, self.working_set_mib);
  if (refusal) printf("ferry-guest does not dirty its memory: %s\n", refusal);
  start_counter(disk, self.ring_sectors);
  serve_echo(7);
  serve_control(9000);
  announce();
  printf("ferry-guest ready\n");
  for (;;) pause();
}
