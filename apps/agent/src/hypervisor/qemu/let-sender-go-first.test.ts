import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { withdraw } from '../../deeds/withdraw.ts';
import { arm, copyMemory, HYPERVISORS, prepare, twoHosts, type TwoHosts } from '../../testing/two-hosts.ts';
import { letSenderGoFirst } from './let-sender-go-first.ts';

vi.setConfig({ testTimeout: 30_000 });

const SCHED_IDLE = '5';
const NAMES = ['live_migration', 'return path'];
let hosts: TwoHosts;
afterEach(() => hosts.close());

test('while memory goes, the two threads of QEMU that use the connection are put on one processor, the listener behind all others', async () => {
  hosts = await twoHosts(HYPERVISORS.QEMU);
  const plan = hosts.plan({ bandwidthBytesPerSecond: 1024 ** 2 });
  const listening = await prepare(hosts, plan);
  arm(hosts, plan);
  const calledOff = expect(copyMemory(hosts, plan, listening)).rejects.toMatchObject({ code: 'TRANSFER_WITHDRAWN' });
  const note = await readFile(join(hosts.image, '../../host-a', hosts.vm, 'process.json'), 'utf8');
  const { pid } = JSON.parse(note) as { pid: number };
  const threadsOf = async () => Promise.all((await readdir(`/proc/${pid}/task`)).map((tid) => threadOf(pid, tid)));
  const bothThere = async () => (await threadsOf()).filter(({ name }) => NAMES.includes(name ?? '')).length === 2;
  await vi.waitUntil(bothThere, { timeout: 10_000 });
  await letSenderGoFirst(pid);

  const threads = await threadsOf();
  const sender = threads.find(({ name }) => name === 'live_migration');
  const listener = threads.find(({ name }) => name === 'return path');
  expect(listener).toMatchObject({ policy: SCHED_IDLE, processors: sender?.processors });
  expect(listener?.processors).toMatch(/^\d+$/);
  expect(sender?.policy).not.toBe(SCHED_IDLE);
  await withdraw(hosts.a, plan, { reason: 'the test is over' });
  await calledOff;
});

async function threadOf(pid: number, tid: string) {
  const [name, stat, status] = await Promise.all(
    ['comm', 'stat', 'status'].map((file) => readFile(`/proc/${pid}/task/${tid}/${file}`, 'utf8')),
  );
  return {
    name: name?.trimEnd(),
    policy: stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[38],
    processors: /^Cpus_allowed_list:\s*(\S+)/m.exec(status ?? '')?.[1],
  };
}
