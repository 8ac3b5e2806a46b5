import { readFileSync } from 'node:fs';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { generateProtocol } from './generate-protocol.ts';
import type { SchemaEntry } from './qmp-schema.ts';
import { queryLiveSchema } from './query-live-schema.ts';
import { recordedSchemaPath } from './recorded-schema.ts';
import { reduceSchema } from './reduce-schema.ts';

const style = { printWidth: 120, singleQuote: true } as const;

describe('the typed protocol', () => {
  it('says exactly what the recorded schema of QEMU 7.2 says', async () => {
    const recorded = JSON.parse(readFileSync(recordedSchemaPath, 'utf8')) as SchemaEntry[];
    const text = await format(generateProtocol(recorded), { ...style, parser: 'typescript' });
    await expect(text).toMatchFileSnapshot('../protocol.ts');
  });

  it('has a recorded schema that the QEMU on this machine agrees with', async () => {
    const live = await queryLiveSchema('qemu-system-x86_64');
    // A machine without QEMU runs on the simulator; that the lab's real parts are there is another test's to hold.
    if (live === 'no such binary') return;
    const text = await format(JSON.stringify(reduceSchema(live)), { ...style, parser: 'json' });
    await expect(text).toMatchFileSnapshot(recordedSchemaPath);
  });
});
