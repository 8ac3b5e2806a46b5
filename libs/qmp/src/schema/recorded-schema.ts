import { fileURLToPath } from 'node:url';

/** The schema of QEMU 7.2, reduced to what Ferry uses: kept beside `src` so that `dist` finds it by the same steps. */
export const recordedSchemaPath = fileURLToPath(new URL('../../fixtures/qemu-7.2-schema.json', import.meta.url));
