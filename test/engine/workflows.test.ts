/** Workflows that could never run as they say stop the start, with one line. */
import { expect, test } from 'vitest';
import type { PublicEvent, WorkflowDefinition } from '../../machines/workflow.ts';
import { Workflows } from '../../src/engine/workflows.ts';
import { petition } from '../support/petition.ts';
import { seed } from '../support/workflows.ts';

/** The petition with other starters, and other terms of one event. */
const changed = (by: 'agent' | 'owner' | null, event: Partial<PublicEvent> = {}): WorkflowDefinition => ({
  name: petition.name,
  of: (policy) => {
    const { start, events, ...rest } = petition.of(policy);
    const [open, own] = [Object.entries(events).filter(([, { sender }]) => by !== 'agent' || sender !== 'holder'), events['OBJECT']];
    const all = Object.fromEntries(open);
    return {
      ...rest,
      start: by === null ? start : { ...start, by },
      events: own === undefined ? all : { ...all, OBJECT: { ...own, ...event } },
    };
  },
});

const started = (definition: WorkflowDefinition) => new Workflows([definition], seed).latest().map(({ name }) => name);

test.each<[string, WorkflowDefinition]>([
  ['started by anybody', petition],
  ['started by agents, without an event of the holder', changed('agent')],
  ['started by an owner, with events of the holder', changed('owner')],
  ['with a second factor of an owner', changed(null, { secondFactor: true })],
])('a workflow is registered: %s', (_, definition) => {
  expect(started(definition)).toEqual(['petition']);
});

test.each<[string, WorkflowDefinition, RegExp]>([
  [
    'an event of the holder, where sessions have none',
    changed('agent', { sender: 'holder' }),
    /^The workflow petition@1 is started by agents, .* no holder to send OBJECT$/,
  ],
  ['a second factor of a session’s holder', changed(null, { sender: 'holder', secondFactor: true }), /second factor for OBJECT/],
  ['a second factor of an agent', changed(null, { sender: 'agent', secondFactor: true }), /second factor for OBJECT/],
])('a workflow is refused: %s', (_, definition, message) => {
  expect(() => started(definition)).toThrow(message);
});
