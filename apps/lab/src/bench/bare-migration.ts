import { randomBytes } from 'node:crypto';
import type { MigrationPolicy } from '@ferry/domain';
import { until } from '../until.ts';
import type { BareQemu } from './bare-guest.ts';

/** Times of one migration, in ms. */
export interface Times {
  /** QEMU's own measure. */
  downtimeMs: number;
  /** STOP at the source until RESUME at the destination, by QEMU's clocks. */
  blackoutMs: number;
  /** QEMU's own measure of the whole. */
  totalMs: number;
}

const CAPABILITIES = [
  'events',
  'return-path',
  'pause-before-switchover',
  'late-block-activate',
  'validate-uuid',
] as const;

/**
 * The least that can move a guest: the same capabilities and limits as Ferry's, driven by events, with nobody to account
 * to. `runningAtMs`: by the wall clock, since the epoch.
 */
export async function bareMigration(
  from: BareQemu,
  to: BareQemu,
  address: string,
  policy: MigrationPolicy,
): Promise<Times & { runningAtMs: number }> {
  const [source, destination] = [from.qmp, to.qmp];
  const capabilities = CAPABILITIES.map((capability) => ({ capability, state: true }));
  const parameters = { 'max-bandwidth': policy.bandwidthBytesPerSecond, 'downtime-limit': policy.downtimeLimitMs };
  await Promise.all([source, destination].map((side) => side.execute('migrate-set-capabilities', { capabilities })));
  await source.execute('migrate-set-parameters', parameters);
  if (policy.stream === 'encrypted') await encrypt(from, to);
  await destination.execute('migrate-incoming', { uri: `tcp:${address}:0` });
  const port = (await destination.execute('query-migrate'))['socket-address']?.find(
    (each) => each.type === 'inet',
  )?.port;

  const stopped = source.waitFor('STOP', undefined, { timeoutMs: 60_000 });
  const paused = source.waitFor('MIGRATION', ({ status }) => status === 'pre-switchover', { timeoutMs: 60_000 });
  const settled = [source, destination].map((side) =>
    side.waitFor('MIGRATION', ({ status }) => status === 'completed', { timeoutMs: 60_000 }),
  );
  const resumed = destination.waitFor('RESUME', undefined, { timeoutMs: 60_000 });
  await source.execute('migrate', { uri: `tcp:${address}:${port}` });
  await paused;
  await source.execute('migrate-continue', { state: 'pre-switchover' });
  await Promise.all(settled);
  await destination.execute('cont');

  // It says that it is over before it has reckoned how long it took.
  const reckoned = until(
    'QEMU tells its times',
    () => source.execute('query-migrate'),
    (info) => info['total-time'] !== 0,
  );
  const [stop, resume, facts] = await Promise.all([stopped, resumed, reckoned]);
  if (facts.downtime === undefined || facts['total-time'] === undefined) throw new Error('QEMU told no times');
  return {
    downtimeMs: facts.downtime,
    blackoutMs: resume.timestampMs - stop.timestampMs,
    runningAtMs: resume.timestampMs,
    totalMs: facts['total-time'],
  };
}

async function encrypt(from: BareQemu, to: BareQemu): Promise<void> {
  const key = randomBytes(32).toString('hex');
  for (const [side, endpoint] of [
    [from, 'client'],
    [to, 'server'],
  ] as const)
    await side.qmp.execute('migrate-set-parameters', { 'tls-creds': await side.giveKey(key, endpoint) });
}
