import { addressesOf, HOTPLUG_BUS_SLOT, VM_STATUSES, volumeOf } from '@ferry/domain';
import { z } from 'zod';
import { diskDefinition } from './disk.ts';
import { pageOf, pageQuery } from './page.ts';
import { policyValues } from './policy.ts';
import { instant, name, pciAddress, poolPath } from './primitives.ts';

/** Words that become part of a QEMU option: none of QEMU's separators can be in them. */
export const optionWord = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be 1 to 64 of letters, digits and _ . -');
const cpuModel = z
  .string()
  .regex(
    /^[A-Za-z0-9_.-]{1,64}(?:,[a-z0-9_.-]{1,32}=[A-Za-z0-9_.-]{1,32}){0,16}$/,
    'must be a CPU model, such as qemu64, with properties such as ,vendor=AuthenticAMD',
  );
const mac = z
  .string()
  .regex(
    /^[0-9a-f][26ae](?::[0-9a-f]{2}){5}$/,
    'must be a locally administered unicast MAC address in lower case, such as 52:54:00:00:00:01',
  );

export const networkInterface = z.strictObject({
  id: name,
  network: name,
  mac,
  rom: z.boolean().optional(),
  address: pciAddress.optional(),
});

const machine = z.strictObject({
  type: optionWord,
  options: z.record(optionWord, z.boolean()).default({}),
  hotplugSlots: z.number().int().min(1).max(8).optional(),
});

export const virtualMachineDefinition = z
  .strictObject({
    id: name,
    uuid: z.uuid(),
    machine,
    cpu: z.strictObject({ model: cpuModel, count: z.number().int().min(1).max(64) }),
    memoryKiB: z
      .number()
      .int()
      .min(4 * 1024)
      .max(4 * 1024 ** 3),
    boot: z
      .strictObject({
        kernel: poolPath,
        initrd: poolPath,
        append: z
          .string()
          .max(2048)
          .regex(/^[\x20-\x7e]*$/, 'must be printable ASCII'),
      })
      .optional(),
    disks: z.array(diskDefinition).max(16),
    networks: z.array(networkInterface).max(8),
    /** How it is moved, where whoever moves it says nothing else. */
    policy: policyValues.optional(),
  })
  .superRefine(({ machine, disks, networks }, context) => {
    const refuse = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    const slots = machine.hotplugSlots ?? 0;
    if (slots > 0 && !machine.type.includes('q35'))
      refuse(['machine', 'hotplugSlots'], 'must be left out: only a q35 machine has to have slots for that');
    for (const index of repeated(disks.map(({ id }) => id)))
      refuse(['disks', index, 'id'], 'must differ from the others');
    for (const index of repeated(networks.map(({ id }) => id)))
      refuse(['networks', index, 'id'], 'must differ from the others');
    for (const index of repeated(networks.map(({ mac }) => mac)))
      refuse(['networks', index, 'mac'], 'must differ from the others');
    for (const index of repeated(disks.map((disk) => JSON.stringify(volumeOf(disk)))))
      refuse(['disks', index], 'must not be what another disk is already');
    const placed = addressesOf({ disks, networks });
    const addresses = [...placed.disks, ...placed.networks];
    const field = (index: number) =>
      index < disks.length ? ['disks', index, 'address'] : ['networks', index - disks.length, 'address'];
    for (const index of repeated(addresses)) refuse(field(index), 'must differ from the others');
    for (const [index, address] of addresses.entries()) {
      const slot = /^hotplug(\d)$/.exec(address)?.[1];
      if (slot !== undefined && Number(slot) >= slots)
        refuse(field(index), `must be among the machine’s hot-plug slots, of which there are ${slots}`);
      if (slots > 0 && address === `${HOTPLUG_BUS_SLOT.toString(16)}.0`)
        refuse(field(index), 'must be another one: the machine’s hot-plug slots are there');
    }
  })
  .meta({ id: 'VirtualMachineDefinition' });

/** Where those are that say again what one before them has said. */
function repeated(values: string[]): number[] {
  return values.flatMap((value, index) => (values.indexOf(value) < index ? index : []));
}

export const startVirtualMachineBody = z
  .strictObject({ definition: virtualMachineDefinition, host: name, savedState: poolPath.nullable().default(null) })
  .meta({ id: 'StartVirtualMachine' });
export type StartVirtualMachineBody = z.input<typeof startVirtualMachineBody>;

export const virtualMachine = z
  .object({
    id: z.string(),
    status: z.enum(VM_STATUSES),
    /** The host on which the guest is. */
    host: z.string().nullable(),
    owner: z.string().nullable(),
    generation: z.number().int(),
    memoryKiB: z.number().int(),
    cpuCount: z.number().int(),
    /** The migration under way, if there is one. */
    migration: z.uuid().nullable(),
    reportedAt: instant,
    definition: z.looseObject({}),
  })
  .meta({ id: 'VirtualMachine' });
export type VirtualMachine = z.infer<typeof virtualMachine>;

export const virtualMachinePage = pageOf(virtualMachine, 'VirtualMachinePage');
export const virtualMachineQuery = pageQuery.extend({ host: name.optional(), status: z.enum(VM_STATUSES).optional() });
