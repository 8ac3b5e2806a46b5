import { virtualMachineDefinition } from '@ferry/contracts/http';
import { FerryError, type VirtualMachineDefinition } from '@ferry/domain';

/**
 * Checks a definition once more where it becomes a command line: the API's word is not what keeps QEMU's options safe.
 * Throws `VALIDATION_FAILED`, naming the fields.
 */
export function checkDefinition(definition: VirtualMachineDefinition): void {
  const checked = virtualMachineDefinition.safeParse(definition);
  if (checked.success) return;
  const fields = checked.error.issues.map(({ path, message }) => ({ field: `definition.${path.join('.')}`, message }));
  const detail = fields.map(({ field, message }) => `${field} ${message}`).join('; ');
  throw new FerryError('VALIDATION_FAILED', detail, { fields });
}
