import { NAME_PATTERN } from '@ferry/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOST_QUEUES, hostOfQueue, hostQueue, virtualMachineLock, vmOfLock } from './queues.ts';

const name = fc.stringMatching(NAME_PATTERN);

test('a queue’s name tells its host and kind', () => {
  fc.assert(
    fc.property(name, fc.constantFrom(...HOST_QUEUES), (host, queue) => {
      expect(hostOfQueue(hostQueue(host, queue))).toEqual({ host, queue });
    }),
  );
});

test('a lock’s name tells its VM', () => {
  fc.assert(
    fc.property(name, (vm) => {
      expect(vmOfLock(virtualMachineLock(vm))).toBe(vm);
    }),
  );
});

test('what is no queue or lock of ours is nobody’s', () => {
  expect([
    hostOfQueue('control-plane'),
    hostOfQueue('host.A.control'),
    vmOfLock('drain/host-a'),
    vmOfLock('virtual-machine/../x'),
  ]).toEqual([null, null, null, null]);
});
