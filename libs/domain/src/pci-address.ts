/**
 * Where a device of the guest is: `04.0` is slot 4 of the machine's own PCI bus, in hexadecimal digits, and `hotplug0` the
 * first of its hot-plug slots. It is part of what the guest knows, and so of what is migrated.
 */
export type PciAddress = string;

/** Slots 0, 1 and 1f are the chipset's, and a device is whole: function 0. */
export const PCI_ADDRESS_PATTERN = /^(?:0[2-9a-f]\.0|1[0-9a-e]\.0|hotplug[0-7])$/;

/** All hot-plug slots of a machine are in this slot of its own bus, one a function. */
export const HOTPLUG_BUS_SLOT = 0x1e;

export interface Placed {
  address?: PciAddress | undefined;
}

/** The address of each device, in the order of disks and networks: its own, or else the first of the machine's bus that is free. */
export function addressesOf({ disks, networks }: { disks: readonly Placed[]; networks: readonly Placed[] }): {
  disks: PciAddress[];
  networks: PciAddress[];
} {
  const taken = new Set([...disks, ...networks].flatMap(({ address }) => address ?? []));
  let slot = 2;
  const place = ({ address }: Placed): PciAddress => {
    if (address !== undefined) return address;
    while (taken.has(slotAddress(slot))) slot += 1;
    return slotAddress(slot++);
  };
  return { disks: disks.map(place), networks: networks.map(place) };
}

function slotAddress(slot: number): PciAddress {
  return `${slot.toString(16).padStart(2, '0')}.0`;
}
