/** A file that exports a workflow can export its figures, notices and refusals too: no module is needed. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { modulesOfFolder } from '../../src/tools/loading/workflows-folder.ts';

const file = `
export const figures = { holdMs: { schema: { type: 'integer' }, default: 60000, reason: 'A minute.' } };
export const order = [];
export const notices = { held: { sms: { en: 'Held.' } } };
export const refusals = { late: { status: 409, title: 'Too late', explanation: 'It is late.', remedy: 'Start again.' } };
export const tasks = { reserve: { run: async () => ({ outcome: 'done' }) } };
export const help = 'no part of a module';
export default { name: 'table-hold', of: () => { throw new Error('not made here'); } };
`;

test('a file of workflows brings its words and tasks', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'workflows-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  writeFileSync(join(folder, 'tableHold.mjs'), file);
  const [loaded, ...others] = await modulesOfFolder(folder);
  expect(others).toEqual([]);
  const { name, workflows = [], figures = {}, notices = {}, refusals = {}, taskNames } = loaded?.module ?? expect.fail('no module');
  expect([name, ...workflows.map((workflow) => workflow.name)]).toEqual(['table-hold', 'table-hold']);
  expect([figures, notices, refusals].map((words) => Object.keys(words))).toEqual([['holdMs'], ['held'], ['late']]);
  expect(taskNames).toEqual(['reserve']);
});
