import { readConfig } from '@ferry/lab';
import { expect, test } from 'vitest';
import { expectGuestLives, expectWholeHistory, labUnderTest, migrate } from '../setup/lab-under-test.ts';

const preload = new URL('../setup/an-hour-ahead.mjs', import.meta.url).href;

test('a host’s clock is an hour ahead: a guest moves there and back as ever, preflight warns of it, and no blackout is told that two clocks would make up', async () => {
  const environment = { ...readConfig().inherited, NODE_OPTIONS: `--import=${preload}` };
  const lab = await labUnderTest('clock', { environment });
  await lab.createGuest('web-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const before = await lab.counter('web-1');
  for (const destination of ['host-b', 'host-a']) {
    const migration = await migrate(lab, { vm: 'web-1', destination });
    expect(migration).toMatchObject({ state: 'completed', owner: destination, blackoutMs: null });
    expect(migration.statistics?.downtimeMs).toBeGreaterThan(0);
    const preflight = migration.phases.find(({ phase }) => phase === 'preflight');
    expect(preflight?.details['findings']).toMatchObject([{ code: 'CLOCKS_DIFFER', severity: 'warning' }]);
    await expectWholeHistory(lab, migration);
    await expectGuestLives(lab, 'web-1', destination, before);
  }
}, 180_000);
