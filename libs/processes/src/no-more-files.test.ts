import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ModuleKind, transpileModule } from 'typescript';
import { expect, test } from 'vitest';

const source = readFileSync(fileURLToPath(new URL('look-in-proc.ts', import.meta.url)), 'utf8');

/** Opens files until it may not, and then looks at itself. */
const look = `
import { openSync } from 'node:fs';
try { for (;;) openSync('/dev/null'); } catch (error) { console.log(error.code); }
try { console.log(lookInProc(process.pid)); } catch (error) { console.log(error.code); }
`;

test('who may open no more files takes nobody for dead because of that', () => {
  const { outputText } = transpileModule(source, { compilerOptions: { module: ModuleKind.ESNext } });
  const words = ['-c', 'ulimit -n 64; exec "$0" --input-type=module --eval "$1"', process.execPath, outputText + look];
  expect(spawnSync('bash', words, { encoding: 'utf8' }).stdout).toBe('EMFILE\nEMFILE\n');
});
