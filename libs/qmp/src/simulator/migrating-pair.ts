import type { MigrationStatus } from '../protocol.ts';
import { type StartedVm, startVm, type VmOptions } from './started-vm.ts';

/** For tests: two ends of a migration, set up as Ferry sets them up. */
export interface MigratingPair {
  source: StartedVm;
  destination: StartedVm;
  /** The address that the destination listens on. */
  uri: string;
  /** Begins the migration. */
  migrate(): Promise<void>;
  /** Resolves when the source's migration has come to one of these, with it; also if it has already. */
  sourceReaches(...statuses: MigrationStatus[]): Promise<MigrationStatus>;
  destinationReaches(status: MigrationStatus): Promise<unknown>;
  /** What happened so far at each end. */
  events: { source: string[]; destination: string[] };
  /** Run state and migration status, of the end that is asked. */
  stateOf(end: 'source' | 'destination'): Promise<string>;
}

export interface PairOptions {
  binary?: string;
  disk?: string;
  locking?: 'on' | 'off';
  /** Bytes a second. 100 kB/s stays in `active` for as long as a test needs. */
  bandwidth?: number;
  postCopy?: boolean;
  source?: Partial<VmOptions>;
  destination?: Partial<VmOptions>;
}

export const crawling = 100_000;

const capabilities = [
  'events',
  'return-path',
  'pause-before-switchover',
  'late-block-activate',
  'validate-uuid',
] as const;

export async function startPair({
  bandwidth = 1e9,
  postCopy = false,
  source,
  destination,
  ...both
}: PairOptions = {}): Promise<MigratingPair> {
  const from = await startVm({ ...both, ...source });
  const to = await startVm({ ...both, words: ['-S', '-incoming', 'defer'], ...destination });
  const events = { source: record(from), destination: record(to) };
  const wanted = postCopy ? [...capabilities, 'postcopy-ram' as const] : capabilities;
  const enabled = wanted.map((capability) => ({ capability, state: true }));
  for (const { client } of [from, to]) await client.execute('migrate-set-capabilities', { capabilities: enabled });
  await from.client.execute('migrate-set-parameters', { 'max-bandwidth': bandwidth, 'downtime-limit': 100 });
  await to.client.execute('migrate-incoming', { uri: 'tcp:127.0.0.1:0' });
  const [address] = (await to.client.execute('query-migrate'))['socket-address'] ?? [];
  if (address?.type !== 'inet') throw new Error('the destination does not say where it listens');
  const uri = `tcp:127.0.0.1:${address.port}`;

  const reaches = async (vm: StartedVm, ...statuses: MigrationStatus[]) => {
    const isOne = ({ status }: { status: MigrationStatus }) => statuses.includes(status);
    return (await vm.client.waitFor('MIGRATION', isOne, { since: 0, timeoutMs: 10_000 })).data.status;
  };
  return {
    source: from,
    destination: to,
    uri,
    events,
    migrate: async () => {
      await from.client.execute('migrate', { uri });
    },
    sourceReaches: (...statuses) => reaches(from, ...statuses),
    destinationReaches: (status) => reaches(to, status),
    stateOf: async (end) => {
      const { client } = end === 'source' ? from : to;
      const [run, migration] = [await client.execute('query-status'), await client.execute('query-migrate')];
      return `${run.status} ${migration.status ?? 'none'}`;
    },
  };
}

function record(vm: StartedVm): string[] {
  const events: string[] = [];
  vm.client.onAny(({ name, data }) => events.push('status' in data ? `${name} ${data.status}` : name));
  return events;
}
