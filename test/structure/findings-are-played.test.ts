import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FindingCode } from '@ferry/domain';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

const KINDS = 'test/end-to-end/hosts-of-another-kind.integration.test.ts';
const IMAGES = 'apps/agent/src/storage/images-move.test.ts';
const LUN = 'test/end-to-end/lun-out-of-reach.test.ts';
const PAIR = 'apps/agent/src/phases/findings-of-a-pair.test.ts';
const PREFLIGHT = 'apps/agent/src/phases/preflight.test.ts';
const SILENCE = 'test/integration/workflow/preflight.integration.test.ts';

/** By which test each finding is brought about: on a lab, or on agents without a control plane where no lab is needed for it. */
const PLAYED_BY: Record<FindingCode, string> = {
  VM_NOT_RUNNING_HERE: PREFLIGHT,
  HANDLE_NOT_HELD: PREFLIGHT,
  MIGRATION_BLOCKED: 'apps/agent/src/handover/a-paused-vm-moves.test.ts',
  DEVICE_NOT_MOVABLE: 'apps/agent/src/phases/what-runs-is-what-moves.test.ts',
  JOB_IN_PROGRESS: PAIR,
  MEMORY_SIZE_UNSAFE: KINDS,
  NOT_IN_CLUSTER: KINDS,
  TRANSFER_OUTRUN: 'apps/agent/src/handover/a-transfer-is-predicted.test.ts',
  CPU_MANUFACTURER_DIFFERS: KINDS,
  CPU_MODEL_UNAVAILABLE: KINDS,
  MACHINE_TYPE_UNKNOWN: KINDS,
  HYPERVISOR_OLDER: KINDS,
  HYPERVISOR_DIFFERS: PAIR,
  AGENTS_DIFFER: PAIR,
  MEMORY_SHORT: KINDS,
  NETWORK_MISSING: KINDS,
  NETWORK_MTU_DIFFERS: KINDS,
  MAC_IN_USE: KINDS,
  MIGRATION_ADDRESS_UNREACHABLE: 'test/hardship/migration-link.test.ts',
  POOL_DIFFERS: KINDS,
  POOL_UNWRITABLE: PREFLIGHT,
  CPUS_SHORT: KINDS,
  HYPERVISOR_CANNOT_MIGRATE: KINDS,
  DISK_UNREACHABLE: KINDS,
  IMAGE_UNUSABLE: IMAGES,
  DISK_IMMOVABLE: IMAGES,
  DISK_FAILED: 'test/hardship/pool-is-full-in-mid-move.test.ts',
  DISK_READ_ONLY: IMAGES,
  VOLUME_IN_USE: PAIR,
  PORTAL_UNKNOWN: PAIR,
  LUN_UNREACHABLE: LUN,
  // There as the refusal of a start: both come of the same look at the LUN.
  LUN_DIFFERS: LUN,
  POST_COPY_IMPOSSIBLE: PREFLIGHT,
  CONNECTIONS_UNSAFE: PREFLIGHT,
  STREAM_IN_PLAIN_TEXT: 'test/integration/workflow/plain-text-is-warned-of.integration.test.ts',
  WITNESS_UNREACHABLE: 'test/hardship/witness.test.ts',
  WITNESS_DIFFERS: KINDS,
  CLOCKS_DIFFER: 'test/hardship/clock-is-an-hour-off.integration.test.ts',
  COPY_ALREADY_THERE: PAIR,
  HOST_SILENT: SILENCE,
  CHECK_FAILED: SILENCE,
};

test.each(Object.entries(PLAYED_BY))('%s is expected by %s', (code, file) => {
  expect(existsSync(join(root, file))).toBe(true);
  expect(readFileSync(join(root, file), 'utf8')).toMatch(new RegExp(`\\b${code}\\b`));
});
