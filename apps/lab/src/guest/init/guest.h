// What the parts of the guest's init share. The sectors are described, with their offsets, in ../sectors.ts.
#pragma once
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECTOR_BYTES 512
#define NEWEST_SECTOR 0
#define PERSONALITY_SECTOR 1
#define FORK_SECTOR 2
#define RING_FIRST_SECTOR 8

// All little-endian, as the host's side reads them.
struct personality {
  char magic[8];
  uint8_t ip[4];
  uint8_t prefix;
  uint8_t unused;
  uint8_t mac[6];
  uint32_t dirty_mib_per_second;
  uint32_t working_set_mib;
  uint32_t ring_sectors;
  uint8_t padding[SECTOR_BYTES - 8 - 4 - 2 - 6 - 12 - 4];
  uint32_t crc;
} __attribute__((packed, aligned(SECTOR_BYTES)));

struct record {
  char magic[8];
  uint64_t sequence;
  uint64_t boot;
  uint64_t monotonic_ns;
  uint32_t previous_crc;
  uint8_t padding[SECTOR_BYTES - 8 - 24 - 4 - 4];
  uint32_t crc;
} __attribute__((packed, aligned(SECTOR_BYTES)));

_Static_assert(sizeof(struct personality) == SECTOR_BYTES, "a personality is one sector");
_Static_assert(sizeof(struct record) == SECTOR_BYTES, "a record is one sector");

struct counter_state {
  _Atomic uint64_t sequence, boot, io_errors;
  atomic_bool forked;
};
extern struct counter_state counter;

struct dirty_state {
  _Atomic uint32_t mib_per_second, working_set_mib, achieved_mib_per_second;
  _Atomic uint64_t corrupt_pages;
};
extern struct dirty_state dirty;

uint32_t crc32(const void *bytes, size_t length);
uint64_t monotonic_ns(void);
void start_thread(void *(*run)(void *), void *argument);

/** Blocks until the disk carries a personality: the point at which a warm state is saved. */
void await_personality(int disk, struct personality *found);
void start_counter(int disk, uint32_t ring_sectors);
void start_dirtying(void);
/** Answers NULL, or why the working set is refused. */
const char *set_dirtying(uint32_t mib_per_second, uint32_t working_set_mib);
void configure_network(const struct personality *self);
/** Tells the neighbours where the address is. Setting the hardware address, even to what it is, does that. */
void announce(void);
void serve_echo(uint16_t port);
void serve_control(uint16_t port);
void start_power_button(void);
void power_off(void);
