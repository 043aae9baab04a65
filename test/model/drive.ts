/**
 * Drives schedules through a running service. All sessions share its clock, so they go through time together: the clock is frozen and moved
 * to the next moment of any session, and all sessions with a step at that moment then take it concurrently.
 */
import { isDeepStrictEqual } from 'node:util';
import { aftermathMs, type Schedule, type ScheduledStep } from '../../src/testing/graph/schedule.ts';
import { PromiseOracle } from '../../src/testing/promises/oracle.ts';
import type { Answer, Client, Json } from '../support/service.ts';
import type { Call } from './call.ts';
import { Person } from './person.ts';
import { arrives } from './rehearse.ts';
import { eventName, expectedObservation, type Model, saidBy, seenIn, viewerOf } from './seen.ts';
import { isDelivered, isSettled, onceIs, until } from './settled-answer.ts';

export interface Target {
  /** The client for the n-th request of a session. */
  readonly client: (n: number) => Client;
  /** Runs between any two steps of a session, while none is under way. */
  readonly between?: () => Promise<void>;
  /** True if every request that changes the session is sent twice, with one idempotency key. */
  readonly twice?: boolean;
}

export interface Failure {
  readonly workflow: string;
  readonly wrong: readonly string[];
  readonly calls: readonly Call[];
}

export interface Driven {
  /** The number of sessions that made requests. */
  readonly sessions: number;
  readonly requests: number;
  readonly failures: readonly Failure[];
}

/** The number of sessions whose requests run concurrently. */
const abreast = 32;

/** Runs the schedules. @param name makes the addresses of this run different from those of others */
export async function drive(model: Model, schedules: readonly Schedule[], target: Target, name: string): Promise<Driven> {
  const t0 = await target.client(0).freeze();
  const runs = schedules.map((schedule, index) => new Run(model, schedule, target, { t0, name: `${name}-${index}` }));
  const moments = [...new Set(schedules.flatMap(({ steps }) => steps.map(({ at }) => at)))].sort((a, b) => a - b);
  for (const at of moments) {
    await target.client(0).at(t0 + at);
    await runMoment(runs, at, target);
  }
  // Messages still under way have arrived by then, and those of cancelled deliveries must not have.
  const end = (moments.at(-1) ?? 0) + aftermathMs;
  await target.client(0).at(t0 + end);
  await sideBySide(runs, (run) => run.finish(end));
  const requests = runs.map(({ person }) => person.calls.filter(({ clock }) => !clock).length);
  return {
    sessions: requests.filter((count) => count > 0).length,
    requests: requests.reduce((sum, count) => sum + count, 0),
    failures: runs.flatMap(({ failure }) => failure ?? []),
  };
}

async function runMoment(runs: readonly Run[], at: number, { between }: Target): Promise<void> {
  if (between === undefined) {
    await sideBySide(runs, (run) => run.allAt(at));
    return;
  }
  for (let busy = runs.filter((run) => run.hasStepAt(at)); busy.length > 0; busy = busy.filter((run) => run.hasStepAt(at))) {
    await sideBySide(busy, (run) => run.nextAt(at));
    await between();
  }
}

async function sideBySide(runs: readonly Run[], act: (run: Run) => Promise<void>): Promise<void> {
  const waiting = runs[Symbol.iterator]();
  const worker = async () => {
    for (const run of waiting) await act(run);
  };
  await Promise.all(Array.from({ length: abreast }, worker));
}

interface Place {
  readonly t0: number;
  readonly name: string;
}

/** A session during a run. */
class Run {
  readonly person: Person;
  failure: Failure | null = null;
  readonly #model: Model;
  readonly #schedule: Schedule;
  readonly #target: Target;
  readonly #place: Place;
  #oracle: PromiseOracle | null = null;
  #next = 0;
  #requests = 0;
  #now = 0;
  #codesIssued: unknown = null;
  /** The revision of the row when it was last read. */
  #revision = 0;

  constructor(model: Model, schedule: Schedule, target: Target, place: Place) {
    this.#model = model;
    this.#schedule = schedule;
    this.#target = target;
    this.#place = place;
    this.person = new Person(model.workflow, place.name);
  }

  hasStepAt(at: number): boolean {
    return this.failure === null && this.#schedule.steps[this.#next]?.at === at;
  }

  async allAt(at: number): Promise<void> {
    while (this.hasStepAt(at)) await this.nextAt(at);
  }

  async nextAt(at: number): Promise<void> {
    const step = this.#schedule.steps[this.#next++];
    if (step?.at !== at) throw new Error('No step at this moment');
    this.person.waits(at - this.#now);
    this.#now = at;
    await this.#guarded(async () => this.#take(step));
  }

  /** Compares all results of a step with the expected ones. */
  async finish(at: number): Promise<void> {
    if (this.failure === null) this.person.waits(at - this.#now);
    await this.#guarded(async () => {
      if (!this.#oracle) return ['It was never started'];
      const { aftermath, history } = this.#schedule;
      const viewer = viewerOf(this.#model.workflow, 'look');
      const seen = seenIn(await this.person.look(this.#client()), this.#place.t0, viewer);
      const inbox = await this.person.inbox(this.#client(), this.#place.t0);
      return [
        ...unequal('the representation', expectedObservation(this.#model, { ...aftermath, at }), seen),
        ...this.#oracle.shows(at, seen),
        ...unequal('the history', this.#expectedHistory(history), await this.person.history(this.#client())),
        ...this.#oracle.messages(inbox),
        ...this.#oracle.notices(await this.person.told(this.#client(), this.#place.t0)),
      ];
    });
  }

  async #guarded(act: () => Promise<string[]>): Promise<void> {
    if (this.failure !== null) return;
    const wrong = await act().catch((error: unknown) => [error instanceof Error ? error.message : String(error)]);
    if (wrong.length > 0) this.failure = { workflow: this.#model.workflow.name, wrong, calls: this.person.calls };
  }

  async #take(step: ScheduledStep): Promise<string[]> {
    const { does, before, after } = step;
    const payload = does === 'start' ? (this.#schedule.opening ?? {}) : typeof does === 'object' && 'payload' in does ? does.payload : {};
    if (before !== null) await this.person.arrange(this.#client(), before, payload);
    const arrived = isDelayed(before) ? await this.person.codesArrived(this.#target.client(0)) : 0;
    const { answer, wrong } = await this.#answerTo(step);
    // A delayed message is in the inbox at once, and its delivery is confirmed later.
    if (isDelayed(before)) {
      await until(
        () => 'delayed message in the inbox',
        async () => (await this.person.codesArrived(this.#target.client(0))) > arrived,
      );
    }
    this.person.heard(payload, step.rejection === null);
    if (step.session.context['codesIssued'] !== this.#codesIssued) this.person.looksAgain();
    this.#codesIssued = step.session.context['codesIssued'];
    if (after !== null) await this.person.arrange(this.#client(), after, {});
    const viewer = viewerOf(this.#model.workflow, does);
    const expected = expectedObservation(this.#model, step, viewer);
    const { workflow } = this.#model;
    const isExpected = (session: Json) => isSettled(workflow, session) && (isDelivered(session) || !isDelivered(expected));
    const settled = await onceIs(isExpected, answer, () => this.person.look(this.#client()));
    const seen = seenIn(settled, this.#place.t0, viewer);
    return [
      ...wrong,
      ...unequal('the answer', expected, seen),
      ...this.#rowUntouched(step, settled.body.session?.revision ?? settled.body.revision),
      ...this.#watch(step, seen),
    ];
  }

  async #answerTo({ does }: ScheduledStep) {
    if (does === 'look') return { answer: await this.person.look(this.#client()), wrong: [] };
    if (typeof does === 'object' && 'child' in does) {
      await this.person.endChild(this.#client(), does.child);
      return { answer: await this.person.look(this.#client()), wrong: [] };
    }
    const key = this.#target.twice ? `${this.#place.name}-${this.#next}`.padEnd(22, '-') : null;
    if (does === 'start') {
      const { opening } = this.#schedule;
      const answer = await this.person.start(this.#client(), opening, key);
      if (key === null) return { answer, wrong: [] };
      const again = await this.person.start(this.#client(), opening, key);
      return { answer, wrong: unequal('the session of a repeated start', idIn(answer), idIn(again)) };
    }
    const send = await this.person.event(this.#client(), does.type, does.payload);
    const answer = await send(this.#client(), key);
    if (key === null) return { answer, wrong: [] };
    const again = await send(this.#client(), key);
    const seen = (which: typeof answer) => seenIn(which, this.#place.t0, viewerOf(this.#model.workflow, does));
    return { answer, wrong: unequal('the answer to a repeated event', seen(answer), seen(again)) };
  }

  /** A refusal leaves the row unchanged, unless it counted an attempt; a repeated request leaves an idempotency record. */
  #rowUntouched(step: ScheduledStep, revision: number): string[] {
    const before = this.#revision;
    this.#revision = revision;
    // The end of a notice is written to the row at any time.
    const noticed = step.session.tasks.some(({ detached }) => detached);
    if (step.rejection === null || this.#target.twice || noticed || step.session.updatedAt === step.at) return [];
    return unequal('the revision after a refusal', before, revision);
  }

  #watch(step: ScheduledStep, seen: ReturnType<typeof seenIn>): string[] {
    this.#oracle ??= new PromiseOracle(this.#model.workflow.promises ?? {}, this.#model.facts, step.at);
    const said = saidBy(step, this.#schedule.opening);
    const told = said === null ? [] : this.#oracle.told(said, step.at, seen, arrives(step));
    for (const { at, well } of step.ends) this.#oracle.delivered(at, well);
    return [...told, ...this.#oracle.shows(step.at, seen)];
  }

  #expectedHistory(entries: Schedule['history']): unknown[] {
    const { workflow } = this.#model;
    const opening = this.#schedule.opening?.type;
    return entries.map(({ at, event, from, to, refusal }) => ({
      at: new Date(this.#place.t0 + at).toISOString(),
      event: event in workflow.events || event === opening ? eventName(event) : event,
      from,
      to,
      refusal,
    }));
  }

  #client(): Client {
    this.#requests += 1;
    return this.#target.client(this.#requests);
  }
}

function isDelayed(before: ScheduledStep['before']): boolean {
  return before !== null && 'channel' in before && before.outcome === 'delay';
}

function idIn({ body }: Answer): unknown {
  return body.id ?? body.session?.id;
}

function unequal(what: string, expected: unknown, actual: unknown): string[] {
  return isDeepStrictEqual(expected, actual) ? [] : [`${what}: expected ${JSON.stringify(expected)}, was ${JSON.stringify(actual)}`];
}
