/** A small workflow for tests of single turns: it waits for a task and for a timer, and answers requests. */
import { Type } from '@sinclair/typebox';
import { assign, setup } from 'xstate';
import { type MachineEvent, type PublicEvent, type Refusal, task, type Workflow } from '../../machines/workflow.ts';
import { type Resolver, serviceCaller } from '../../src/engine/ports.ts';
import type { Session } from '../../src/engine/session.ts';
import { type Request, type TurnDeps, takeTurn } from '../../src/engine/sessions/turn.ts';
import { startSession } from '../../src/engine/steps/step.ts';
import { vault } from './test-process.ts';
import { workflowNamed } from './workflows.ts';

const id = '00000000-0000-7000-8000-000000000000';
export const t0 = Date.UTC(2026, 0, 1);
export const second = 1000;
export const day = 24 * 3_600_000;
export const workTimeout = 10 * second;

const machine = setup({
  types: {} as { context: Record<string, number>; events: MachineEvent },
  actors: { work: task<Record<string, never>>() },
  actions: {
    count: assign({ asked: ({ context }) => Number(context['asked']) + 1 }),
    tell: () => {},
    refuse: (_, _refusal: Refusal) => {},
  },
  guards: { isCorrect: ({ event }) => event['correct'] === true },
  delays: { workTimeout, pause: second },
}).createMachine({
  id: 'turn',
  context: { asked: 0 },
  initial: 'open',
  on: {
    ASK: { actions: 'count' },
    IGNORED: { actions: 'count' },
    TELL: { actions: 'tell' },
    NAME: [{ guard: 'isCorrect', actions: 'count' }, { actions: ['count', { type: 'refuse', params: { code: 'wrong-code' } }] }],
    LATER: { actions: { type: 'refuse', params: { code: 'code-limit', until: 'pause' } } },
  },
  states: {
    open: { invoke: { id: 'work', src: 'work', input: {}, onDone: 'served', onError: 'closed' }, after: { workTimeout: 'closed' } },
    served: { on: { SLOW: { actions: 'count' } } },
    closed: {},
  },
});

const heldBy = (resolver: string | null): PublicEvent => ({
  description: '',
  body: Type.Object({}),
  resolver,
  sender: 'holder',
  payloads: [{}],
});
export const workflow: Workflow = {
  ...workflowNamed('email-verification'),
  name: 'turn',
  machine,
  events: {
    ASK: heldBy(null),
    IGNORED: heldBy('nothing'),
    SLOW: heldBy('slow'),
    TELL: heldBy(null),
    NAME: heldBy('name'),
    LATER: heldBy('limit'),
  },
};

export const until = t0 + day;
const resolvers: Readonly<Record<string, Resolver>> = {
  nothing: { event: () => null },
  slow: { prepare: async () => 'done', event: () => ({ payload: {} }) },
  name: {
    event: ({ correct }, { personal }) => ({
      payload: { correct: correct === true },
      personal: { ...personal, name: 'Jane', accountId: 'jane' },
    }),
  },
  limit: { event: () => ({ payload: {}, refusedUntil: until, refusedBy: 'account' }) },
};
export const parts: TurnDeps = { resolvers, handlers: {}, vault };

export function started(): Session {
  const blank = { id, keyId: 'a', sealed: vault.seal(id, { word: 'bread' }), startFingerprint: null };
  return startSession(workflow, blank, null, t0).session;
}

/** A session that expects no event. */
export function served(): Session {
  return { ...started(), value: 'served', timers: [], tasks: [] };
}

export function request(
  type: string,
  key: string | null = null,
  body: Readonly<Record<string, unknown>> = {},
): Extract<Request, { kind: 'event' }> {
  const idempotency = key === null ? null : { keys: [key], fingerprints: [`body of ${key}`] };
  const requestContext = { caller: serviceCaller, attempt: 'a' };
  return { kind: 'event', workflow, sender: { as: 'holder' }, type, body, idempotency, requestContext, prepared: undefined };
}

export const turn = (session: Session, at: number, ...requests: readonly Request[]) => takeTurn(workflow, session, requests, at, parts);
export const asked = ({ session }: { readonly session: Session }) => session.context['asked'];
