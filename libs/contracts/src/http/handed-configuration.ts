import { z } from 'zod';
import { optionWord, virtualMachineDefinition } from './virtual-machine.ts';

const text = z.string().max(512);
const count = z.number().int().min(0);

const configuration = z.strictObject({
  definition: virtualMachineDefinition,
  machineType: optionWord,
  cpuVendor: text,
  memoryBytes: count,
  paused: z.boolean(),
});

const hardware = z.strictObject({
  machineType: optionWord,
  memoryBytes: count,
  cpu: z.strictObject({ type: text, vendor: text, count, features: z.record(text, count) }),
  devices: z.array(z.strictObject({ address: text, driver: text, properties: z.record(text, text) })).max(256),
});

/** What a source hands to a destination, as it comes out of the engine. */
export const handedConfiguration = z.strictObject({ configuration, hardware, streamKey: z.string().nullable() });
