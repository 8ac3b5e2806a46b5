/** The lab's address plan. Every lab has the same: they are in namespaces of their own. */
export const guestPrefix = 24;
export const clientAddress = '10.77.0.1';

/** Guests are numbered from 1. */
export function guestAddress(number: number): string {
  return `10.77.0.${20 + number}`;
}

/** Of the guest's interfaces, which are counted from 0. */
export function guestMac(number: number, at = 0): string {
  return `52:54:00:77:${[at, number].map((each) => each.toString(16).padStart(2, '0')).join(':')}`;
}

/** Hosts are numbered from 1. In a lab without namespaces the migration network is the loopback. */
export function migrationAddress(number: number, simulated: boolean): string {
  return simulated ? '127.0.0.1' : `10.88.0.${10 + number}`;
}

/** Hosts are numbered from 1. The SAN has a network of its own, which no fault of the migration network touches. */
export function storageAddress(number: number): string {
  return `10.99.0.${10 + number}`;
}

export const sanAddress = '10.99.0.1';
export const sanPortal = `${sanAddress}:3260`;
