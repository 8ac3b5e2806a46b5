import { FerryError, type FieldError } from '@ferry/domain';
import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';

/** Mistakes beyond these are not listed: a body can hold thousands. */
const FIELDS_NAMED = 50;

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  /** Zod's list of fields that are not known. */
  readonly keys?: readonly string[];
}

/** Holds what a request brings to its schema. Fails with `VALIDATION_FAILED`, naming each wrong field. */
export class SchemaPipe implements PipeTransform {
  async transform(value: unknown, { schema, data, type }: ArgumentMetadata): Promise<unknown> {
    if (schema === undefined) return value;
    const result = await schema['~standard'].validate(value);
    if (result.issues === undefined) return result.value;
    const fields = result.issues.flatMap((issue) => fieldsOf(issue, data ?? type)).slice(0, FIELDS_NAMED);
    const detail = fields.map(({ field, message }) => `${field}: ${message}`).join('; ');
    throw new FerryError('VALIDATION_FAILED', detail, { fields });
  }
}

/** `whole` names the value itself, for issues that are about no part of it. */
function fieldsOf({ message, path = [], keys }: Issue, whole: string): FieldError[] {
  const steps = path.map((step) => String(typeof step === 'object' ? step.key : step));
  if (keys !== undefined)
    return keys.map((key) => ({ field: [...steps, key].join('.'), message: 'is not known here' }));
  return [{ field: steps.length > 0 ? steps.join('.') : whole, message }];
}
