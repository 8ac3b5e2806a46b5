import type { HandedConfiguration } from '@ferry/contracts';
import { handedConfiguration, virtualMachineDefinition } from '@ferry/contracts/http';
import { FerryError, type VirtualMachineDefinition } from '@ferry/domain';

/**
 * Checks a definition once more where it becomes a command line: the API's word is not what keeps QEMU's options safe.
 * Throws `VALIDATION_FAILED`, naming the fields.
 */
export function checkDefinition(definition: VirtualMachineDefinition): void {
  check(virtualMachineDefinition, definition, ['definition']);
}

/** Likewise, with all that comes with it from another host. */
export function checkHanded(handed: HandedConfiguration): void {
  check(handedConfiguration, handed, []);
}

interface Schema {
  safeParse(value: unknown): {
    success: boolean;
    error?: { issues: readonly { path: PropertyKey[]; message: string }[] };
  };
}

function check(schema: Schema, value: unknown, at: string[]): void {
  const { error } = schema.safeParse(value);
  if (error === undefined) return;
  const fields = error.issues.map(({ path, message }) => ({ field: [...at, ...path].join('.'), message }));
  const detail = fields.map(({ field, message }) => `${field} ${message}`).join('; ');
  throw new FerryError('VALIDATION_FAILED', detail, { fields });
}
