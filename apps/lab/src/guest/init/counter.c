// Counts on the disk, so that the image itself proves that one guest wrote it, forwards only.
#include "guest.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TICK_NS 50000000

struct counter_state counter;

static int image;
static uint32_t ring;
// `last` is what the newest sector must hold. `attempt` may be there too, after a write that answered with an error.
static struct record last, attempt, seen;

static bool read_sector(uint64_t sector, void *into) {
  return pread(image, into, SECTOR_BYTES, (off_t)(sector * SECTOR_BYTES)) == SECTOR_BYTES;
}

static bool write_sector(uint64_t sector, const void *from) {
  return pwrite(image, from, SECTOR_BYTES, (off_t)(sector * SECTOR_BYTES)) == SECTOR_BYTES;
}

static bool valid(const struct record *record) {
  return memcmp(record->magic, "FERRYCNT", 8) == 0 && crc32(record, sizeof *record - 4) == record->crc;
}

static void disk_error(void) {
  if (counter.io_errors++ == 0) printf("ferry-guest disk error: %m\n");
}

// It stops counting: the image stays as the two writers left it.
static void raise_fork(void) {
  static char marker[SECTOR_BYTES] __attribute__((aligned(SECTOR_BYTES)));
  counter.forked = true;
  snprintf(marker, sizeof marker, "FERRYFRK wrote sequence %llu of boot %llu, found sequence %llu of boot %llu\n",
           (unsigned long long)last.sequence, (unsigned long long)last.boot, (unsigned long long)seen.sequence,
           (unsigned long long)seen.boot);
  printf("ferry-guest FORK: %s", marker);
  if (!write_sector(FORK_SECTOR, marker)) disk_error();
}

static void count(uint64_t boot) {
  bool same = memcmp(&seen, &last, sizeof seen) == 0;
  if (!same && counter.io_errors > 0 && memcmp(&seen, &attempt, sizeof seen) == 0) last = seen, same = true;
  if (!same) {
    raise_fork();
    return;
  }
  attempt = (struct record){.magic = "FERRYCNT", .boot = boot, .monotonic_ns = monotonic_ns()};
  attempt.sequence = valid(&last) ? last.sequence + 1 : 1;
  attempt.previous_crc = valid(&last) ? last.crc : 0;
  attempt.crc = crc32(&attempt, sizeof attempt - 4);
  if (!write_sector(RING_FIRST_SECTOR + attempt.sequence % ring, &attempt) || !write_sector(NEWEST_SECTOR, &attempt)) {
    disk_error();
    return;
  }
  last = attempt;
  counter.sequence = last.sequence;
}

static void *run(void *unused) {
  (void)unused;
  while (!read_sector(NEWEST_SECTOR, &last)) disk_error(), usleep(TICK_NS / 1000);
  uint64_t boot = valid(&last) ? last.boot + 1 : 1;
  counter.boot = boot;
  struct timespec next;
  clock_gettime(CLOCK_MONOTONIC, &next);
  while (!counter.forked) {
    if (read_sector(NEWEST_SECTOR, &seen)) count(boot);
    else disk_error();
    next.tv_nsec += TICK_NS;
    if (next.tv_nsec >= 1000000000) next.tv_nsec -= 1000000000, next.tv_sec++;
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
  }
  return NULL;
}

void start_counter(int disk, uint32_t ring_sectors) {
  image = disk;
  ring = ring_sectors;
  start_thread(run, NULL);
}
