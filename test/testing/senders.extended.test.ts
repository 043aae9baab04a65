/** Model tests over HTTP of a workflow whose holder, agent and owner by address each send an event of their own. */
import { Type } from '@sinclair/typebox';
import { accounts, closed, defineModule, defineWorkflow } from 'verification-workflows';
import { test } from 'vitest';
import { setup } from 'xstate';
import { WorkflowModel } from '../../src/testing/model-checks.ts';

const noFields = Type.Object({}, closed);

const workflow = defineWorkflow('key-handover', () => ({
  collection: 'key-handovers',
  version: 1,
  description: 'Hands a key over, checked by the desk, to the owner of an address.',
  machine: setup({ types: {} as { events: { type: 'ASK' | 'CHECK' | 'TAKE' } } }).createMachine({
    initial: 'asked',
    states: {
      asked: { on: { ASK: 'checking' } },
      checking: { on: { CHECK: 'ready' } },
      ready: { on: { TAKE: 'taken' } },
      taken: { type: 'final' },
    },
  }),
  data: { address: 'masked' },
  start: { body: Type.Object({ address: Type.String({ format: 'email' }) }, closed), events: [null] },
  parties: { taker: { by: 'address' } },
  events: {
    ASK: { description: 'Asks for the key.', body: noFields, sender: 'holder', payloads: [{}] },
    CHECK: { description: 'Checks the request.', body: noFields, sender: 'agent', payloads: [{}] },
    TAKE: { description: 'Takes the key.', body: noFields, sender: 'taker', payloads: [{}] },
  },
  view: { schema: Type.Object({ address: Type.String() }), of: ({ masked }) => ({ address: masked.address }) },
  deadlines: {},
}));

const module = defineModule({ name: 'keys', needs: [accounts()], workflows: [workflow] });

const [drive] = new WorkflowModel('key-handover', { modules: [module] }).checks().filter(({ name }) => name.endsWith('over HTTP'));

test('each event is sent with the credential of its sender', async () => {
  await drive?.run();
});
