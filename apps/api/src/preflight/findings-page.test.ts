import { expect, it } from 'vitest';
import { findingsPage } from './findings-page.ts';

it('every finding is documented as it is (`vitest -u` writes the page anew)', async () => {
  await expect(findingsPage()).toMatchFileSnapshot('../../docs/findings.md');
});
