/** A file that exports a workflow can export its figures, notices and refusals too: no module is needed. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { describe, expect, onTestFinished, test } from 'vitest';
import { setup } from 'xstate';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { noFields, noPayload } from '../../machines/fields.ts';
import { defineModule } from '../../src/modules/module.ts';
import { withNeeds } from '../../src/tools/loading/built-in-needs.ts';
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

describe('a workflow gets the built-in modules', () => {
  const machine = setup({}).createMachine({ initial: 'open', states: { open: { on: { GO: 'over' } }, over: { type: 'final' } } });
  const go = { description: 'Goes.', body: noFields, resolver: null, sender: 'holder', payloads: noPayload } as const;
  const needsOf = (changes: object) => {
    const workflow = defineWorkflow('trip', () => ({
      collection: 'trips',
      version: 1,
      description: 'Takes a trip.',
      machine,
      data: { host: 'sealed' },
      start: { body: noFields, resolver: null, events: [null] },
      events: { GO: go },
      view: { schema: Type.Object({}), of: () => ({}) },
      deadlines: {},
      ...(changes as object),
    }));
    return (withNeeds(defineModule({ name: 'trips', workflows: [workflow] } as never)).needs ?? []).map(({ name }) => name);
  };

  test.each<[string, object, string[]]>([
    ['none for its holder alone', {}, []],
    ['accounts for an event of an owner', { events: { GO: { ...go, sender: 'owner' } } }, ['accounts']],
    ['accounts for an event of an owner or the holder', { events: { GO: { ...go, sender: ['holder', 'owner'] } } }, ['accounts']],
    ['accounts for a party with an account', { parties: { host: { by: 'host' } } }, ['accounts']],
    [
      'accounts for a notice of theirs that invites',
      { parties: { host: { invited: { to: 'host', notice: 'new-device' } } } },
      ['accounts'],
    ],
  ])('%s', (_, changes, needs) => {
    expect(needsOf(changes)).toEqual(needs);
  });
});
