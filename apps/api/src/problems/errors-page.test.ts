import { expect, it } from 'vitest';
import { errorsPage } from './errors-page.ts';

it('every code of the catalogue is documented as it is (`vitest -u` writes the page anew)', async () => {
  await expect(errorsPage()).toMatchFileSnapshot('../../docs/errors.md');
});
