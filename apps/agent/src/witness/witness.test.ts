import { link, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SharedStorage } from '../storage/shared-storage.ts';
import { Witness } from './witness.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ferry-witness-'));
  await mkdir(join(folder, 'handle'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const migration = '0190aaaa-0000-7000-8000-000000000001';
const released = { kind: 'released', source: 'host-a', destination: 'host-b', migration } as const;

/** Storage that can be told to answer later, or to fail once. */
class MoodyStorage extends SharedStorage {
  answer: () => void = () => undefined;
  failure: Error | null = null;
  #answering: Promise<void> = Promise.resolve();

  hang(): void {
    this.#answering = new Promise((resolve) => (this.answer = resolve));
  }

  override reach<T>(call: () => Promise<T>, how: Parameters<typeof SharedStorage.prototype.reach<T>>[1]): Promise<T> {
    const { failure } = this;
    this.failure = null;
    const moody = async () => {
      await this.#answering;
      if (failure !== null) throw failure;
      return call();
    };
    return super.reach(moody, how);
  }
}

describe('a storage handle', () => {
  test('has no record before the first, and then the newest', async () => {
    const a = new Witness(folder, 'host-a');
    expect(await a.read('web')).toBeNull();
    expect(await a.append('web', null, { kind: 'held', host: 'host-a' })).toBe('won');
    expect(await a.append('web', await a.read('web'), released)).toBe('won');
    expect(await new Witness(folder, 'host-b').read('web')).toMatchObject({
      kind: 'released',
      generation: 2,
      writer: 'host-a',
      vm: 'web',
    });
  });

  test('is won by exactly one of two hosts that want the same generation', async () => {
    const a = new Witness(folder, 'host-a');
    const b = new Witness(folder, 'host-b');
    await a.append('web', null, { kind: 'held', host: 'host-a' });
    await a.append('web', await a.read('web'), released);
    for (let round = 0; round < 20; round++) {
      const vm = `vm-${round}`;
      await a.append(vm, null, { kind: 'held', host: 'host-a' });
      await a.append(vm, await a.read(vm), released);
      const [forward, back] = await Promise.all([
        b.prepare(vm, 3, { kind: 'started', host: 'host-b', migration }),
        a.prepare(vm, 3, { kind: 'reclaimed', host: 'host-a', migration }),
      ]);
      const swaps = await Promise.all([forward.commit({ durable: true }), back.commit({ durable: true })]);
      expect(swaps.toSorted()).toEqual(['lost', 'won']);
      await Promise.all([forward.discard(), back.discard()]);
      const record = await a.read(vm);
      expect(record).toEqual(await b.read(vm));
      expect(record?.writer).toBe(swaps[0] === 'won' ? 'host-b' : 'host-a');
    }
  });

  test('is known to be here by the very record that another host has read, and by no other of the same place', async () => {
    const here = new Witness(join(folder, 'here'), 'host-b');
    const there = new Witness(join(folder, 'there'), 'host-a');
    await Promise.all(['here', 'there'].map((name) => mkdir(join(folder, name, 'handle'), { recursive: true })));
    await there.append('web', null, { kind: 'held', host: 'host-a' });
    const record = await there.read('web');
    if (record === null) throw new Error('it has no record');
    expect(await new Witness(join(folder, 'there'), 'host-b').has(record)).toBe(true);
    expect(await here.has(record)).toBe(false);
    await here.append('web', null, { kind: 'held', host: 'host-b' });
    expect(await here.has(record)).toBe(false);
    await expect(new Witness(join(folder, 'away'), 'host-b').has(record)).rejects.toMatchObject({
      code: 'WITNESS_UNREACHABLE',
    });
  });

  test('can not pass by a claim that may not follow', async () => {
    const b = new Witness(folder, 'host-b');
    await expect(b.append('web', null, { kind: 'started', host: 'host-b', migration })).rejects.toThrow(
      'may not follow',
    );
  });

  test('has been won, too, when the answer to the link was lost', async () => {
    const a = new Witness(folder, 'host-a');
    const prepared = await a.prepare('web', 1, { kind: 'held', host: 'host-a' });
    const [draft] = await readdir(join(folder, 'handle/web'));
    // The server has done it, and the client asks again because it heard nothing.
    await link(join(folder, 'handle/web', draft ?? ''), join(folder, 'handle/web/1.json'));
    expect(await prepared.commit({ durable: true })).toBe('won');
    await prepared.discard();
  });

  test('leaves nothing but records behind', async () => {
    const a = new Witness(folder, 'host-a');
    await a.append('web', null, { kind: 'held', host: 'host-a' });
    const unused = await a.prepare('web', 2, released);
    await unused.discard();
    expect(await readdir(join(folder, 'handle/web'))).toEqual(['1.json']);
  });

  test('wakes who waits for its next record', async () => {
    const a = new Witness(folder, 'host-a');
    await a.append('web', null, { kind: 'held', host: 'host-a' });
    const next = new Witness(folder, 'host-b').next('web', 1, AbortSignal.timeout(5_000));
    await a.append('web', await a.read('web'), released);
    expect((await next).generation).toBe(2);
  });

  test('is unreachable, not absent, when the folder is gone or another', async () => {
    const a = new Witness(folder, 'host-a');
    await a.append('web', null, { kind: 'held', host: 'host-a' });
    await rename(join(folder, 'handle'), join(folder, 'elsewhere'));
    await expect(a.read('web')).rejects.toMatchObject({ code: 'WITNESS_UNREACHABLE' });
    await expect(new Witness(join(folder, 'not-mounted'), 'host-b').read('web')).rejects.toMatchObject({
      code: 'WITNESS_UNREACHABLE',
    });
  });

  test('is unreachable in an empty folder, as where a witness is to be mounted, and no record can be made there', async () => {
    await mkdir(join(folder, 'mount-point'));
    const a = new Witness(join(folder, 'mount-point'), 'host-a');
    await expect(a.read('web')).rejects.toMatchObject({ code: 'WITNESS_UNREACHABLE' });
    await expect(a.append('web', null, { kind: 'held', host: 'host-a' })).rejects.toMatchObject({
      code: 'WITNESS_UNREACHABLE',
    });
    expect(await readdir(join(folder, 'mount-point'))).toEqual([]);
  });

  test('is not read while a swap may yet be done that was not answered', async () => {
    const storage = new MoodyStorage(100);
    const a = new Witness(folder, 'host-a', storage);
    await a.append('web', null, { kind: 'held', host: 'host-a' });
    const swap = await a.prepare('web', 2, released);
    storage.hang();
    await expect(swap.commit({ durable: false })).rejects.toMatchObject({ code: 'WITNESS_UNREACHABLE' });
    await expect(a.read('web')).rejects.toMatchObject({ code: 'WITNESS_UNREACHABLE' });
    storage.answer();
    await expect.poll(() => a.read('web').catch(() => null)).toMatchObject({ kind: 'released', generation: 2 });
  });

  test('is read after a swap that failed only when that can’t be done any more, also by a server that is late; then it can be tried again', async () => {
    const storage = new MoodyStorage();
    const a = new Witness(folder, 'host-a', storage);
    await a.append('web', null, { kind: 'held', host: 'host-a' });
    const swap = await a.prepare('web', 2, released);
    const [draft = ''] = (await readdir(join(folder, 'handle/web'))).filter((name) => name.startsWith('.'));
    storage.failure = Object.assign(new Error('the answer was lost'), { code: 'ETIMEDOUT' });
    await expect(swap.commit({ durable: false })).rejects.toMatchObject({ code: 'WITNESS_UNREACHABLE' });
    expect(await a.read('web')).toMatchObject({ kind: 'held', generation: 1 });
    const late = link(join(folder, 'handle/web', draft), join(folder, 'handle/web/2.json'));
    await expect(late).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await swap.commit({ durable: false })).toBe('won');
    expect(await a.read('web')).toMatchObject({ kind: 'released', generation: 2 });
  });

  test('is read by an agent only when nothing can be done any more that its host’s last one had begun', async () => {
    const [a, b] = [new Witness(folder, 'host-a'), new Witness(folder, 'host-b')];
    await a.append('web', null, { kind: 'held', host: 'host-a' });
    await a.prepare('web', 2, released);
    await b.prepare('web', 3, { kind: 'started', host: 'host-b', migration });
    expect(await new Witness(folder, 'host-a').read('web')).toMatchObject({ generation: 1 });
    const left = await readdir(join(folder, 'handle/web'));
    expect(left.toSorted()).toEqual([expect.stringMatching(/^\.host-b\./), '1.json']);
  });
});
