import { expect, test } from 'vitest';
import { virtualMachineDefinition } from './virtual-machine.ts';

const disk = { kind: 'image', id: 'root', image: 'web.raw', format: 'raw' };
const network = { id: 'lan', network: 'lan', mac: '52:54:00:00:00:01' };
const definition = {
  id: 'web',
  uuid: '6f9619ff-8b86-4d11-b42d-00cf4fc964ff',
  machine: { type: 'q35', options: {} },
  cpu: { model: 'qemu64', count: 1 },
  memoryKiB: 131_080,
  disks: [disk],
  networks: [network],
};
const slots = { machine: { type: 'q35', options: {}, hotplugSlots: 2 } };

function refusals(change: object): string[] {
  const result = virtualMachineDefinition.safeParse({ ...definition, ...change });
  return result.error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];
}

test('a definition is taken as it is, with addresses and hot-plug slots too', () => {
  expect(refusals({})).toEqual([]);
  expect(
    refusals({ ...slots, disks: [{ ...disk, address: 'hotplug1' }], networks: [{ ...network, address: '02.0' }] }),
  ).toEqual([]);
});

const MISTAKES: Record<string, [object, RegExp]> = {
  'a field that nobody knows': [{ colour: 'blue' }, /^ Unrecognized key: "colour"$/],
  'a field that nobody knows, of a disk': [
    { disks: [{ ...disk, cache: 'unsafe' }] },
    /^disks\.0 Unrecognized key: "cache"$/,
  ],
  'more memory than there can be': [{ memoryKiB: 2 ** 40 }, /^memoryKiB Too big/],
  'too many disks': [
    { disks: Array.from({ length: 17 }, (_, at) => ({ ...disk, id: `d${at}`, image: `${at}.raw` })) },
    /^disks Too big/,
  ],
  'one id twice': [{ disks: [disk, { ...disk, image: 'other.raw' }] }, /^disks\.1\.id must differ from the others$/],
  'one image twice': [
    { disks: [disk, { ...disk, id: 'again' }] },
    /^disks\.1 must not be what another disk is already$/,
  ],
  'one MAC address twice': [
    { networks: [network, { ...network, id: 'wan' }] },
    /^networks\.1\.mac must differ from the others$/,
  ],
  'one slot twice': [
    { disks: [{ ...disk, address: '04.0' }], networks: [{ ...network, address: '04.0' }] },
    /^networks\.0\.address must differ from the others$/,
  ],
  'a slot of the chipset': [{ disks: [{ ...disk, address: '1f.0' }] }, /^disks\.0\.address must be a slot from/],
  'a hot-plug slot that is not there': [
    { ...slots, disks: [{ ...disk, address: 'hotplug2' }] },
    /^disks\.0\.address must be among the machine’s hot-plug slots, of which there are 2$/,
  ],
  'the slot in which the hot-plug slots are': [
    { ...slots, disks: [{ ...disk, address: '1e.0' }] },
    /^disks\.0\.address must be another one/,
  ],
  'hot-plug slots where none are needed': [
    { machine: { type: 'pc', options: {}, hotplugSlots: 1 } },
    /^machine\.hotplugSlots must be left out/,
  ],
};

test.each(Object.entries(MISTAKES))('%s is refused by the field’s name', (_, [change, told]) => {
  expect(refusals(change)).toEqual([expect.stringMatching(told)]);
});
