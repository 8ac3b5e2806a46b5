// Dirties memory at a set rate, and checks on each visit that the page is as it was left: a page lost on the way shows.
#include "guest.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <time.h>

#define PAGE_BYTES 4096
#define PAGE_WORDS (PAGE_BYTES / 8)
#define PAGES_PER_MIB 256
#define TICK_NS 10000000

struct dirty_state dirty;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wanted = PTHREAD_COND_INITIALIZER;
static uint64_t *pages;
static uint32_t *visits;
static uint32_t page_count, next_page;

// Not compressible, so that what a migration sends is what was dirtied.
static uint64_t filling(uint64_t page, uint64_t word) {
  uint64_t x = (page << 20 | word) * 0x9e3779b97f4a7c15u;
  return (x ^ x >> 29) * 0xbf58476d1ce4e5b9u;
}

static void resize(uint32_t mib) {
  if (pages) munmap(pages, (size_t)page_count * PAGE_BYTES);
  free(visits);
  page_count = mib * PAGES_PER_MIB;
  next_page = 0;
  pages = NULL, visits = NULL;
  if (mib == 0) return;
  pages = mmap(NULL, (size_t)page_count * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  visits = calloc(page_count, sizeof *visits);
}

const char *set_dirtying(uint32_t mib_per_second, uint32_t working_set_mib) {
  struct sysinfo memory;
  const char *refusal = NULL;
  pthread_mutex_lock(&lock);
  sysinfo(&memory);
  uint64_t free_mib = (memory.freeram >> 20) + dirty.working_set_mib;
  if (working_set_mib + 8 > free_mib) refusal = "the working set does not fit into the guest's memory";
  else if (mib_per_second > 0 && working_set_mib == 0) refusal = "a rate needs a working set";
  else {
    if (working_set_mib != dirty.working_set_mib) resize(working_set_mib);
    dirty.working_set_mib = working_set_mib;
    dirty.mib_per_second = mib_per_second;
    pthread_cond_signal(&wanted);
  }
  pthread_mutex_unlock(&lock);
  return refusal;
}

static void visit(uint32_t page) {
  uint64_t *words = pages + (size_t)page * PAGE_WORDS;
  uint32_t checked = 1 + visits[page] % (PAGE_WORDS - 1);
  // Filled when first met: all at once would keep the guest from answering for a second.
  if (visits[page] == 0)
    for (uint32_t word = 1; word < PAGE_WORDS; word++) words[word] = filling(page, word);
  if (words[0] != visits[page] || words[checked] != filling(page, checked)) {
    if (dirty.corrupt_pages++ == 0) printf("ferry-guest CORRUPT: page %u is not as it was left\n", page);
    words[checked] = filling(page, checked);
  }
  words[0] = ++visits[page];
}

static void *run(void *unused) {
  (void)unused;
  uint64_t window_started = monotonic_ns(), window_pages = 0, owed_from = window_started, paid = 0;
  struct timespec pause = {.tv_nsec = TICK_NS};
  uint32_t rate = 0;
  for (;; nanosleep(&pause, NULL)) {
    pthread_mutex_lock(&lock);
    while (dirty.mib_per_second == 0) {
      dirty.achieved_mib_per_second = 0;
      pthread_cond_wait(&wanted, &lock);
      rate = 0;
    }
    uint64_t now = monotonic_ns();
    if (rate != dirty.mib_per_second) rate = dirty.mib_per_second, owed_from = window_started = now, paid = window_pages = 0;
    uint64_t owed = (now - owed_from) / 1000 * rate * PAGES_PER_MIB / 1000000;
    // At most one round of the working set a tick: what could not be done in time is not made up for.
    uint64_t due = owed - paid < page_count ? owed - paid : page_count;
    for (uint64_t i = 0; i < due; i++) {
      visit(next_page);
      next_page = (next_page + 1) % page_count;
    }
    paid = owed;
    window_pages += due;
    if (now - window_started >= 1000000000u) {
      dirty.achieved_mib_per_second = (uint32_t)(window_pages * 1000000000u / (now - window_started) / PAGES_PER_MIB);
      window_started = now, window_pages = 0;
    }
    pthread_mutex_unlock(&lock);
  }
  return NULL;
}

void start_dirtying(void) { start_thread(run, NULL); }
