/** Workflows around small machines, to demonstrate a feature of XState in the engine. */
import { Type } from '@sinclair/typebox';
import type { AnyStateMachine } from 'xstate';
import { noFields, noPayload } from '../../machines/fields.ts';
import type { Payload, PublicEvent, Workflow } from '../../machines/workflow.ts';
import { inMachineOrder } from '../../src/engine/machines/state-value.ts';
import { type Session, statePath } from '../../src/engine/session.ts';
import { type Input, type NewSession, type Step, startSession, step } from '../../src/engine/steps/step.ts';

const blank: NewSession = { id: '00000000-0000-7000-8000-000000000000', keyId: 'k', sealed: null, startFingerprint: null };

export const t0 = Date.UTC(2026, 0, 1);

/** @param events the types of its public events, each with its payloads; an empty payload by default */
export function workflowOf(
  machine: AnyStateMachine,
  events: Readonly<Record<string, readonly Payload[]>> = {},
  more: Partial<Workflow> = {},
): Workflow {
  const declared = Object.entries(events).map(([type, payloads]): [string, PublicEvent] => [
    type,
    {
      description: 'An event of a test.',
      body: noFields,
      resolver: null,
      sender: 'holder',
      payloads: payloads.length > 0 ? payloads : noPayload,
    },
  ]);
  return {
    name: 'sample',
    collection: 'samples',
    version: 1,
    description: 'A sample.',
    machine,
    start: { body: noFields, resolver: 'sample', events: [null] },
    events: Object.fromEntries(declared),
    view: { schema: Type.Object({}), of: () => ({}) },
    deadlines: {},
    ...more,
  };
}

/** A value after a round trip through jsonb: shorter member names first, in another order than written. */
export function asStored<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    const entries = Object.entries(member).sort(([a], [b]) => a.length - b.length || (a < b ? 1 : -1));
    return Object.fromEntries(entries);
  });
}

/** A session as another process reads it. */
function reloaded(workflow: Workflow, session: Session): Session {
  return inMachineOrder(workflow.machine, asStored(session));
}

/** One session, which is stored and reloaded between any two steps. */
export class Run {
  readonly workflow: Workflow;
  session: Session;
  readonly steps: Step[] = [];
  now = t0;

  constructor(workflow: Workflow, of: Partial<NewSession> = {}) {
    this.workflow = workflow;
    this.session = this.#noted(startSession(workflow, { ...blank, ...of }, null, t0));
  }

  get path(): string {
    return statePath(this.session.value);
  }

  get history(): string[] {
    return this.steps.flatMap(({ history }) => history.map(({ event, to }) => `${event} ${to}`));
  }

  send(type: string, payload: Payload = {}): Step {
    return this.take({ kind: 'event', event: { ...payload, type } });
  }

  /** Time passes, and due timers fire. */
  pass(ms: number): Step {
    this.now += ms;
    return this.take({ kind: 'time' });
  }

  /** The task of an invocation ends. */
  end(id: string, output: unknown = null): Step {
    return this.take({ kind: 'task-done', generation: this.#generationOf(id), output });
  }

  fail(id: string, reason: string): Step {
    return this.take({ kind: 'task-failed', generation: this.#generationOf(id), reason });
  }

  take(input: Input): Step {
    const taken = step(this.workflow, this.session, input, this.now);
    this.session = this.#noted(taken);
    return taken;
  }

  #generationOf(id: string): number {
    const task = this.session.tasks.find((each) => each.id === id);
    if (!task) throw new Error(`No task '${id}' is under way`);
    return task.generation;
  }

  #noted(taken: Step): Session {
    this.steps.push(taken);
    return reloaded(this.workflow, taken.session);
  }
}
