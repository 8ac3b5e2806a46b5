import { VM_STATUSES } from '@ferry/domain';
import { z } from 'zod';
import { diskDefinition } from './disk.ts';
import { pageOf, pageQuery } from './page.ts';
import { policyValues } from './policy.ts';
import { instant, name, poolPath } from './primitives.ts';

/** Words that become part of a QEMU option: none of QEMU's separators can be in them. */
const optionWord = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be 1 to 64 of letters, digits and _ . -');
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

export const virtualMachineDefinition = z
  .strictObject({
    id: name,
    uuid: z.uuid(),
    machine: z.strictObject({ type: optionWord, options: z.record(optionWord, z.boolean()).default({}) }),
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
    networks: z.array(z.strictObject({ id: name, network: name, mac })).max(8),
    /** How it is moved, where whoever moves it says nothing else. */
    policy: policyValues.optional(),
  })
  .refine((definition) => allDiffer(definition.disks.map((disk) => disk.id)), {
    path: ['disks'],
    message: 'must have ids that differ',
  })
  .refine((definition) => allDiffer(definition.networks.map((network) => network.id)), {
    path: ['networks'],
    message: 'must have ids that differ',
  })
  .meta({ id: 'VirtualMachineDefinition' });

function allDiffer(ids: string[]): boolean {
  return new Set(ids).size === ids.length;
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
