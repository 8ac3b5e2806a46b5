import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the build leaves the workflows, ready to load: bundling at every start would cost more than a second. */
export const WORKFLOW_BUNDLE = fileURLToPath(new URL('../dist/bundle/workflows.js', import.meta.url));

/** Bundles the workflows for `WORKFLOW_BUNDLE`. @throws Error where they reach for something the sandbox can't have. */
export async function buildWorkflowBundle(path = WORKFLOW_BUNDLE): Promise<void> {
  const workflowsPath = fileURLToPath(import.meta.resolve('@ferry/workflows'));
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, code);
}
