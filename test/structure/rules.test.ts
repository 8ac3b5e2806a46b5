import { cruise, type ICruiseOptions, type ICruiseResult, type IConfiguration } from 'dependency-cruiser';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const rules = createRequire(import.meta.url)('./rules.cjs') as IConfiguration;

async function cruiseAt(baseDir: string): Promise<ICruiseResult> {
  const options = {
    ...rules.options,
    baseDir,
    validate: true,
    ruleSet: { forbidden: rules.forbidden ?? [] },
  } as ICruiseOptions;
  const { output } = await cruise(['libs', 'workflows', 'apps'], options);
  return output as ICruiseResult;
}

test('the tree keeps to the directions of import', async () => {
  const { summary, modules } = await cruiseAt(fileURLToPath(new URL('../..', import.meta.url)));
  expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  // If names of packages were not resolved to their sources, no rule could ever find anything.
  const failure = modules.find(({ source }) => source === 'workflows/src/failure.ts');
  expect(failure?.dependencies.map(({ resolved }) => resolved)).toContain('libs/domain/src/index.ts');
}, 60_000);

test('a tree that does not is noticed', async () => {
  const { summary } = await cruiseAt(fileURLToPath(new URL('fixture', import.meta.url)));
  const names = new Set(summary.violations.map(({ rule }) => rule.name));
  expect([...names].sort()).toEqual([
    'apps-stay-apart',
    'domain-and-contracts-are-self-contained',
    'only-the-worker-runs-workflows',
    'workflows-are-deterministic',
  ]);
}, 60_000);
