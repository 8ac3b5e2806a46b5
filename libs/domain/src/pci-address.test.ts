import { expect, test } from 'vitest';
import { addressesOf, PCI_ADDRESS_PATTERN } from './pci-address.ts';

test('devices without an address have the first slots that are free, disks before network interfaces', () => {
  expect(addressesOf({ disks: [{}, {}], networks: [{}] })).toEqual({ disks: ['02.0', '03.0'], networks: ['04.0'] });
});

test('an address stays with its device, whatever is before it', () => {
  const all = addressesOf({ disks: [{}, { address: '02.0' }, {}], networks: [{ address: 'hotplug0' }, {}] });
  expect(all).toEqual({ disks: ['03.0', '02.0', '04.0'], networks: ['hotplug0', '05.0'] });
});

test('a definition that says all addresses means what it meant without the others', () => {
  const { disks, networks } = addressesOf({ disks: [{}, {}], networks: [{}, {}] });
  const said = { disks: disks.map((address) => ({ address })), networks: networks.map((address) => ({ address })) };
  expect(addressesOf(said)).toEqual({ disks, networks });
  // One is taken out: nobody moves up.
  const [, last] = said.disks;
  expect(addressesOf({ ...said, disks: [{ address: last?.address }] })).toEqual({ disks: ['03.0'], networks });
});

test('every slot that can be had is an address, and the chipset’s are none', () => {
  const { disks } = addressesOf({ disks: Array.from({ length: 29 }, () => ({})), networks: [] });
  expect(disks.filter((address) => !PCI_ADDRESS_PATTERN.test(address))).toEqual([]);
  for (const taken of ['00.0', '01.0', '1f.0', '04.1', 'hotplug8', '2.0', '04.0,x=y'])
    expect(taken).not.toMatch(PCI_ADDRESS_PATTERN);
});
