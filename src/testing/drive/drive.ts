/**
 * Drives schedules through a running service. All sessions share its clock, so they go through time together: the clock is frozen and moved
 * to the next moment of any session, and all sessions with a step at that moment then take it concurrently.
 */
import { isDeepStrictEqual } from 'node:util';
import { publicEventName } from '../../http/sessions/representation.ts';
import { longestWaitMs } from '../graph/aftermath.ts';
import type { Schedule, ScheduledStep } from '../graph/schedule.ts';
import type { Call } from './call.ts';
import { type Actor, type DrivenModel, viewerOf, type Watcher } from './model.ts';
import type { Answer, Caller, SessionView } from './requests.ts';
import { freezeClock, moveClock } from './sandbox.ts';
import { isDelivered, isSettled, onceIs, until } from './settled-answer.ts';

/** The part of an observation that a drive itself reads. */
interface Observed {
  readonly state: string;
}

export interface Target {
  /** The client for the n-th request of a session. */
  readonly client: (n: number) => Caller;
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

/** The paths of a workflow. */
export interface Driving<Seen extends Observed, Participant extends Actor> {
  readonly model: DrivenModel<Seen, Participant>;
  readonly schedules: readonly Schedule[];
}

/** Runs the schedules of one or several workflows. @param name makes the addresses of this run different from those of others */
export async function drive<Seen extends Observed, Participant extends Actor>(
  workflows: readonly Driving<Seen, Participant>[],
  target: Target,
  name: string,
): Promise<Driven> {
  const t0 = await freezeClock(target.client(0));
  const all = workflows.flatMap(({ model, schedules }) => schedules.map((schedule) => ({ model, schedule })));
  const runs = all.map(({ model, schedule }, index) => new Run(model, schedule, target, { t0, name: `${name}-${index}` }));
  const moments = [...new Set(all.flatMap(({ schedule }) => schedule.steps.map(({ at }) => at)))].sort((a, b) => a - b);
  for (const at of moments) {
    await moveClock(target.client(0), t0 + at);
    await runMoment(runs, at, target);
  }
  // Messages still under way have arrived by then, and those of cancelled deliveries must not have.
  const end = (moments.at(-1) ?? 0) + Math.max(...workflows.map(({ model }) => longestWaitMs(model.workflow)));
  await moveClock(target.client(0), t0 + end);
  await sideBySide(runs, (run) => run.finish(end));
  const requests = runs.map(({ participant }) => participant.calls.filter(({ clock }) => !clock).length);
  return {
    sessions: requests.filter((count) => count > 0).length,
    requests: requests.reduce((sum, count) => sum + count, 0),
    failures: runs.flatMap(({ failure }) => failure ?? []),
  };
}

async function runMoment(runs: readonly Moving[], at: number, { between }: Target): Promise<void> {
  if (between === undefined) {
    await sideBySide(runs, (run) => run.allAt(at));
    return;
  }
  for (let busy = runs.filter((run) => run.hasStepAt(at)); busy.length > 0; busy = busy.filter((run) => run.hasStepAt(at))) {
    await sideBySide(busy, (run) => run.nextAt(at));
    await between();
  }
}

async function sideBySide<Each>(runs: readonly Each[], act: (run: Each) => Promise<void>): Promise<void> {
  const waiting = runs[Symbol.iterator]();
  const worker = async () => {
    for (const run of waiting) await act(run);
  };
  await Promise.all(Array.from({ length: abreast }, worker));
}

/** A session during a run, as the clock sees it. */
interface Moving {
  hasStepAt(at: number): boolean;
  allAt(at: number): Promise<void>;
  nextAt(at: number): Promise<void>;
}

interface Place {
  readonly t0: number;
  readonly name: string;
}

/** A session during a run. */
class Run<Seen extends Observed, Participant extends Actor> implements Moving {
  readonly participant: Participant;
  failure: Failure | null = null;
  readonly #model: DrivenModel<Seen, Participant>;
  readonly #schedule: Schedule;
  readonly #target: Target;
  readonly #place: Place;
  #watcher: Watcher<Seen> | null = null;
  #isStarted = false;
  #next = 0;
  #requests = 0;
  #now = 0;
  #codesIssued: unknown = null;
  /** The revision of the row when it was last read. */
  #revision = 0;

  constructor(model: DrivenModel<Seen, Participant>, schedule: Schedule, target: Target, place: Place) {
    this.#model = model;
    this.#schedule = schedule;
    this.#target = target;
    this.#place = place;
    this.participant = model.actor(place.name);
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
    this.participant.waits(at - this.#now);
    this.#now = at;
    await this.#guarded(async () => this.#take(step));
  }

  /** Compares all results of a step with the expected ones. */
  async finish(at: number): Promise<void> {
    if (this.failure === null) this.participant.waits(at - this.#now);
    await this.#guarded(async () => {
      if (!this.#isStarted) return ['It was never started'];
      const aftermath = this.#schedule.aftermathAt(at);
      const history = [...this.#schedule.history, ...aftermath.history];
      const viewer = viewerOf(this.#model.workflow, 'look');
      const seen = this.#model.seen(await this.participant.look(this.#client()), this.#place.t0, viewer);
      return [
        ...this.#differing('the representation', this.#model.expected(aftermath, viewer), seen),
        ...unequal('the history', this.#expectedHistory(history), await this.participant.history(this.#client())),
        ...((await this.#watcher?.finish(this.#client(), at, this.#place.t0, seen)) ?? []),
      ];
    });
  }

  async #guarded(act: () => Promise<string[]>): Promise<void> {
    if (this.failure !== null) return;
    const wrong = await act().catch((error: unknown) => [error instanceof Error ? error.message : String(error)]);
    if (wrong.length > 0) this.failure = { workflow: this.#model.workflow.name, wrong, calls: this.participant.calls };
  }

  async #take(step: ScheduledStep): Promise<string[]> {
    const { does, before, after } = step;
    const payload = does === 'start' ? (this.#schedule.opening ?? {}) : typeof does === 'object' && 'payload' in does ? does.payload : {};
    if (before !== null) await this.participant.arrange(this.#client(), before, payload);
    const arrived = isDelayed(before) ? await this.participant.codesArrived(this.#target.client(0)) : 0;
    const { answer, wrong } = await this.#answerTo(step);
    // A delayed message is in the inbox at once, and its delivery is confirmed later.
    if (isDelayed(before)) {
      await until(
        () => 'delayed message in the inbox',
        async () => (await this.participant.codesArrived(this.#target.client(0))) > arrived,
      );
    }
    this.participant.heard(payload, step.rejection === null);
    if (step.session.context['codesIssued'] !== this.#codesIssued) this.participant.looksAgain();
    this.#codesIssued = step.session.context['codesIssued'];
    if (after !== null) await this.participant.arrange(this.#client(), after, {});
    const viewer = viewerOf(this.#model.workflow, does);
    const expected = this.#model.expected(step, viewer);
    const { workflow } = this.#model;
    const isExpected = (session: SessionView) => isSettled(workflow, session) && (isDelivered(session) || !isDelivered(expected));
    const settled = await onceIs(isExpected, answer, () => this.participant.look(this.#client()));
    const seen = this.#model.seen(settled, this.#place.t0, viewer);
    return [
      ...wrong,
      ...this.#differing('the answer', expected, seen),
      ...this.#rowUntouched(step, settled.body.session?.revision ?? settled.body.revision),
      ...this.#watch(step, seen),
    ];
  }

  async #answerTo({ does }: ScheduledStep) {
    if (does === 'look') return { answer: await this.participant.look(this.#client()), wrong: [] };
    if (typeof does === 'object' && 'child' in does) {
      await this.participant.endChild(this.#client(), does.child);
      return { answer: await this.participant.look(this.#client()), wrong: [] };
    }
    const key = this.#target.twice ? `${this.#place.name}-${this.#next}`.padEnd(22, '-') : null;
    if (does === 'start') {
      const { opening } = this.#schedule;
      const answer = await this.participant.start(this.#client(), opening, key);
      if (key === null) return { answer, wrong: [] };
      const again = await this.participant.start(this.#client(), opening, key);
      return { answer, wrong: unequal('the session of a repeated start', idIn(answer), idIn(again)) };
    }
    if ('task' in does) {
      await this.participant.endTask(this.#client(), does);
      return { answer: await this.participant.look(this.#client()), wrong: [] };
    }
    const send = await this.participant.event(this.#client(), does.type, does.payload);
    const answer = await send(this.#client(), key);
    if (key === null) return { answer, wrong: [] };
    const again = await send(this.#client(), key);
    const seen = (which: typeof answer) => this.#model.seen(which, this.#place.t0, viewerOf(this.#model.workflow, does));
    return { answer, wrong: unequal('the answer to a repeated event', seen(answer), seen(again)) };
  }

  /** A refusal leaves the row unchanged, unless it counted an attempt; a repeated request leaves an idempotency record. */
  #rowUntouched(step: ScheduledStep, revision: number | undefined): string[] {
    const before = this.#revision;
    this.#revision = revision ?? 0;
    // The end of a notice is written to the row at any time.
    const noticed = step.session.tasks.some(({ detached }) => detached);
    if (step.rejection === null || this.#target.twice || noticed || step.session.updatedAt === step.at) return [];
    return unequal('the revision after a refusal', before, revision);
  }

  #differing(what: string, expected: Seen, seen: Seen): string[] {
    return this.#model.agrees(expected, seen) ? [] : [different(what, expected, seen)];
  }

  #watch(step: ScheduledStep, seen: Seen): string[] {
    if (!this.#isStarted) this.#watcher = this.#model.watcher(step.at, this.participant);
    this.#isStarted = true;
    return this.#watcher?.step(step, this.#schedule.opening, seen) ?? [];
  }

  #expectedHistory(entries: Schedule['history']): unknown {
    const { workflow } = this.#model;
    const opening = this.#schedule.opening?.type;
    return entries.map(({ at, event, from, to, refusal }) => ({
      at: new Date(this.#place.t0 + at).toISOString(),
      event: event in workflow.events || event === opening ? publicEventName(event) : event,
      from,
      to,
      refusal,
    }));
  }

  #client(): Caller {
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
  return isDeepStrictEqual(expected, actual) ? [] : [different(what, expected, actual)];
}

function different(what: string, expected: unknown, actual: unknown): string {
  return `${what}: expected ${JSON.stringify(expected)}, was ${JSON.stringify(actual)}`;
}
