/** The parts of a drive that depend on the workflow: the participant who sends its requests, its observations, and its promises. */
import type { MachineEvent, Payload, Workflow } from '../../../machines/workflow.ts';
import type { Stepper } from '../graph/move.ts';
import type { Arrangement, PlayedEnd, ScheduledStep } from '../graph/schedule.ts';
import { senderOf } from '../graph/senders.ts';
import type { Call } from './call.ts';
import type { Answer, Caller } from './requests.ts';

/** Sends a request: each call sends the same one. @param key the idempotency key; null without one */
export type Send = (client: Caller, key: string | null) => Promise<Answer>;

/** The participants in one session. They turn the finite moves of a path into real requests. */
export interface Actor {
  /** Every request, for a shell script that repeats them. */
  readonly calls: readonly Call[];
  start(client: Caller, opening: MachineEvent | null, key: string | null): Promise<Answer>;
  event(client: Caller, type: string, payload: Payload): Promise<Send>;
  look(client: Caller): Promise<Answer>;
  history(client: Caller): Promise<unknown>;
  /** Arranges the result of the next delivery, or the precondition of a task's outcome. */
  arrange(client: Caller, arrangement: Arrangement, payload: Payload): Promise<void>;
  /** Ends the awaited child session. */
  endChild(client: Caller, outcome: string): Promise<void>;
  /** Ends a task that the test plays. */
  endTask(client: Caller, end: PlayedEnd): Promise<void>;
  /** Hears if the session took an event. */
  heard(payload: Payload, taken: boolean): void;
  /** Another code may have arrived. */
  looksAgain(): void;
  /** Time passes, for all sessions of the run at once. */
  waits(ms: number): void;
  /** The number of codes that have arrived at all addresses. */
  codesArrived(client: Caller): Promise<number>;
}

/** An oracle during a run. It knows promises, and nothing of machines. */
export interface Watcher<Seen> {
  /** @returns the differences between the promises and a step with its observation */
  step(step: ScheduledStep, opening: MachineEvent | null, seen: Seen): string[];
  /** Compares all messages that arrived, and the last observation. @param t0 the run's start on the service's clock */
  finish(client: Caller, at: number, t0: number, seen: Seen): Promise<string[]>;
}

/** A workflow, the functions that run it, and everything that a drive needs to know of it. */
export interface DrivenModel<Seen extends { readonly state: string }, Participant extends Actor = Actor> {
  readonly workflow: Workflow;
  readonly stepper: Stepper;
  /** @param name makes the addresses of the session different from those of others */
  readonly actor: (name: string) => Participant;
  readonly expected: (moment: Pick<ScheduledStep, 'at' | 'session' | 'rejection'>, viewer: string) => Seen;
  /** @param t0 the run's start on the service's clock */
  readonly seen: (answer: Answer, t0: number, viewer: string) => Seen;
  /** True if an observation is as expected. */
  readonly agrees: (expected: Seen, seen: Seen) => boolean;
  /** Null for a workflow without promises. */
  readonly watcher: (startedAt: number, participant: Participant) => Watcher<Seen> | null;
}

/** The party that received an answer: the sender of a person's event, otherwise the holder of the session. */
export function viewerOf(workflow: Workflow, does: ScheduledStep['does']): string {
  const holder = workflow.start.by === 'agent' ? 'agent' : 'holder';
  if (typeof does === 'string' || !('type' in does)) return holder;
  const sender = senderOf(workflow, does.type, does.payload);
  return sender === 'provider' ? holder : sender;
}
