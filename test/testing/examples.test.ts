/** The model tests of the examples, as far as they need no service. `photo-book` has guards on `event.output` and a history state. */
import { describe, expect, test } from 'vitest';
import movingIn from '../../examples/moving-in/workflows/moving-in.ts';
import photoBook from '../../examples/photo-book/workflows/photo-book.ts';
import toolLoan from '../../examples/tool-loan/workflows/tool-loan.ts';
import { WorkflowModel } from '../../src/testing/model-checks.ts';

describe.each([movingIn, toolLoan, photoBook])('the example $name', (module) => {
  const checks = new WorkflowModel(module.name, { modules: [module] }).checks().filter(({ name }) => !name.includes('over HTTP'));

  test.each(checks)('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
