/** Makes a schedule of a path by running the step function ahead of the service, so that a drive leaves nothing to chance. */
import { type MachineEvent, sendersOf, type Workflow } from '../../../machines/workflow.ts';
import { awaitedTasks, type HistoryEntry, type Session, type Task } from '../../engine/session.ts';
import * as engineStep from '../../engine/steps/step.ts';
import type { Path } from './cover.ts';
import { endingsOf, endsAtOnce } from './endings.ts';
import { firstTimer, labelOf, type Move, type Moved, makeMove, type Stepper, timeOfMove, transitionsFor, waitEnd } from './move.ts';
import { aftermathMs, isPrecondition, type Schedule, type ScheduledStep } from './schedule.ts';
import { keyOf } from './step-graph.ts';

const blank = { id: '00000000-0000-7000-8000-000000000000', keyId: 'k', sealed: null, startFingerprint: null };

/** The delay of a delivery that ends after another event. */
const holdMs = 1000;

/** Longer than a session lives: the state that wanted the delivery is left before. */
const foreverMs = 30 * 24 * 60 * 60 * 1000;

export function schedulePath(workflow: Workflow, path: Path, stepper: Stepper = engineStep): Schedule {
  return new Scheduler(workflow, path, stepper).schedule();
}

interface Made extends Moved {
  readonly asides: readonly string[];
  readonly cancelled: readonly string[];
}

class Scheduler {
  readonly #workflow: Workflow;
  readonly #moves: Move[];
  readonly #opening: MachineEvent | null;
  readonly #stepper: Stepper;
  readonly #steps: ScheduledStep[] = [];
  readonly #history: HistoryEntry[] = [];
  #session: Session;
  #now = 0;
  #next = 0;
  /** The end of the delayed delivery. */
  #heldUntil: number | null = null;
  /** The codes whose message is in the inbox. */
  readonly #shown = new Set<unknown>();

  constructor(workflow: Workflow, path: Path, stepper: Stepper) {
    this.#workflow = workflow;
    this.#moves = [...path.moves];
    this.#opening = workflow.start.events[path.start] ?? null;
    this.#stepper = stepper;
    this.#session = this.#started().session;
  }

  schedule(): Schedule {
    const { session, history, rejection } = this.#started();
    this.#history.push(...history);
    const started = this.#withAsidesDone({ session, history: [], rejection, taken: this.#takenAtStart() });
    this.#request('start', { ...started, cancelled: [] }, []);
    while (this.#next < this.#moves.length) this.#move(this.#moves[this.#next++] as Move);
    const at = this.#now + aftermathMs;
    this.#now = at;
    const end = this.#make({ kind: 'time' });
    const aftermath = { at, session: end.session, rejection: null, taken: end.taken };
    return { opening: this.#opening, steps: this.#steps, history: this.#history, aftermath };
  }

  #started() {
    return this.#stepper.startSession(this.#workflow, blank, this.#opening, 0);
  }

  #takenAtStart(): readonly string[] {
    if (this.#opening === null) return [];
    return transitionsFor(this.#workflow, this.#stepper.startSession(this.#workflow, blank, null, 0).session, this.#opening);
  }

  #move(move: Move): void {
    switch (move.kind) {
      case 'event': {
        const made = this.#make(move);
        // A provider does not learn the effect of its report.
        const ignored =
          sendersOf(this.#workflow.events[move.type] ?? { sender: [] }).includes('provider') && made.rejection?.kind === 'not-accepted';
        const moved = ignored ? { ...made, rejection: null } : made;
        this.#request({ type: move.type, payload: move.payload }, moved, [this.#coverOf(move)]);
        break;
      }
      case 'task-end':
        this.#endTask(move);
        break;
      case 'time':
        this.#passTime(move);
        break;
      case 'wait': {
        this.#now = waitEnd(this.#workflow, { session: this.#session, now: this.#now }) ?? this.#now;
        this.#look({ session: this.#session, taken: [], cancelled: [], asides: [], covers: [], ends: [], imminent: null });
        break;
      }
      default:
        move satisfies never;
    }
  }

  /** Takes a request. If it starts a delivery, arranges how the delivery ends. */
  #request(does: ScheduledStep['does'], moved: Made, covers: ScheduledStep['covers']): void {
    const generations = does === 'start' ? 0 : this.#session.generations;
    const task = awaitedTasks(moved.session).find(({ generation }) => generation > generations);
    this.#session = moved.session;
    const { cancelled, asides, rejection } = moved;
    const plain = { at: this.#now, does, before: null, after: null, rejection, ends: [], cancelled, asides, imminent: null };
    if (task === undefined) {
      this.#steps.push({ ...plain, session: moved.session, taken: moved.taken, covers });
      return;
    }
    if (task.child !== undefined) {
      this.#steps.push({ ...plain, session: moved.session, taken: moved.taken, covers });
      return;
    }
    if (endsAtOnce(task)) {
      this.#endAtOnce(task, { ...moved, covers }, plain);
      return;
    }
    const { channel } = task.input as { channel: string };
    // No state waits for the delivery any more, so it may arrive.
    if (this.#next === this.#moves.length) this.#moves.push({ kind: 'task-end', task: task.id, well: true });
    const end = this.#endAhead();
    const following = this.#moves[this.#next];
    const atOnce = end !== null && end.moves === 1 && following !== undefined && (end.well || !this.#needsMessage());
    if (atOnce) {
      this.#next += 1;
      const cover = this.#coverOf(following);
      const ended = this.#make(following);
      this.#session = ended.session;
      if (end.well) this.#shown.add(ended.session.context['codesIssued']);
      this.#steps.push({
        ...plain,
        before: end.well ? null : { channel, outcome: 'fail' },
        session: ended.session,
        ends: [{ at: this.#now, well: end.well }],
        taken: [...moved.taken, ...ended.taken],
        cancelled: [...cancelled, ...ended.cancelled],
        asides: [...asides, ...ended.asides],
        covers: [...covers, cover],
      });
      return;
    }
    // A delayed message is in the inbox at once: only its confirmation takes time.
    this.#shown.add(moved.session.context['codesIssued']);
    const delayMs = end === null ? foreverMs : end.afterMs + holdMs;
    this.#heldUntil = this.#now + delayMs;
    this.#steps.push({
      ...plain,
      before: { channel, outcome: 'delay', delayMs },
      after: end === null || end.well ? null : { channel, outcome: 'fail' },
      session: moved.session,
      taken: moved.taken,
      covers,
    });
  }

  /** A task that nothing can interrupt is one step with its request. */
  #endAtOnce(
    task: Task,
    { taken, cancelled, asides, covers }: Made & Pick<ScheduledStep, 'covers'>,
    plain: Omit<ScheduledStep, 'session' | 'taken' | 'covers'>,
  ): void {
    const seen = { taken: [...taken], cancelled: [...cancelled], asides: [...asides], covers: [...covers] };
    let before: ScheduledStep['before'] = null;
    for (let next: Task | undefined = task; next !== undefined && endsAtOnce(next); next = awaitedTasks(this.#session).at(-1)) {
      const [ending = { well: true }] = endingsOf(this.#workflow, this.#session, next);
      const move = this.#moves[this.#next] ?? { kind: 'task-end', task: next.id, ...ending };
      this.#next += 1;
      seen.covers.push(this.#coverOf(move));
      const ended = this.#make(move);
      this.#session = ended.session;
      if (move.kind === 'task-end' && isPrecondition(move.outcome)) before = { outcome: move.outcome };
      seen.taken.push(...ended.taken);
      seen.cancelled.push(...ended.cancelled);
      seen.asides.push(...ended.asides);
    }
    this.#steps.push({ ...plain, ...seen, before, session: this.#session });
  }

  #endChild(move: Move, outcome: string): void {
    const cover = this.#coverOf(move);
    const generations = this.#session.generations;
    const moved = this.#make(move);
    this.#session = moved.session;
    const { cancelled, asides } = moved;
    const does = { child: outcome };
    const plain = { at: this.#now, does, before: null, after: null, rejection: null, ends: [], cancelled, asides, imminent: null };
    const task = awaitedTasks(moved.session).find(({ generation }) => generation > generations);
    if (task && endsAtOnce(task)) this.#endAtOnce(task, { ...moved, covers: [cover] }, plain);
    else this.#steps.push({ ...plain, session: moved.session, taken: moved.taken, covers: [cover] });
  }

  #endTask(move: Extract<Move, { kind: 'task-end' }>): void {
    if (move.outcome !== undefined) {
      this.#endChild(move, move.outcome);
      return;
    }
    if (this.#heldUntil === null) throw new Error(`Nothing is under way that could end: ${labelOf(move)}`);
    const cover = this.#coverOf(move);
    this.#now = this.#heldUntil;
    const { session, taken, cancelled, asides } = this.#make(move);
    this.#session = session;
    this.#look({ session, taken, cancelled, asides, covers: [cover], ends: [{ at: this.#now, well: move.well }], imminent: null });
  }

  #passTime(move: Extract<Move, { kind: 'time' }>): void {
    const timer = firstTimer(this.#session);
    if (timer === null) throw new Error('No time is waited for');
    const cover = this.#coverOf(move);
    if (timer.dueAt - 1 > this.#now) {
      this.#now = timer.dueAt - 1;
      this.#look({ session: this.#session, taken: [], cancelled: [], asides: [], covers: [], ends: [], imminent: timer.event });
    }
    this.#now = timer.dueAt;
    const { session, taken, cancelled, asides } = this.#make(move);
    this.#session = session;
    this.#look({ session, taken, cancelled, asides, covers: [cover], ends: [], imminent: null });
  }

  #look(seen: Omit<ScheduledStep, 'at' | 'does' | 'before' | 'after' | 'rejection'>): void {
    this.#steps.push({ at: this.#now, does: 'look', before: null, after: null, rejection: null, ...seen });
  }

  #make(move: Move): Made {
    const before = this.#session.timers;
    const moved = this.#withAsidesDone(makeMove(this.#workflow, this.#stepper, this.#session, move, this.#now));
    this.#history.push(...moved.history);
    const cancelled = before.filter((timer) => timer.dueAt > this.#now && !moved.session.timers.includes(timer));
    return { ...moved, cancelled: cancelled.map(({ event }) => event) };
  }

  /** Other tasks are done at once. */
  #withAsidesDone(moved: Moved): Moved & { asides: readonly string[] } {
    const pending = moved.session.tasks.filter(({ detached }) => detached);
    const session = pending.reduce((before, { generation }) => {
      const end = { kind: 'task-done', generation, output: null } as const;
      return this.#stepper.step(this.#workflow, before, end, this.#now).session;
    }, moved.session);
    const asides = pending.map(({ src, input }) => (src === 'notifyOwner' ? String((input as { notice?: unknown }).notice) : src));
    return { ...moved, session, asides };
  }

  #coverOf(move: Move): { key: string; label: string } {
    return { key: keyOf(this.#workflow, { session: this.#session, now: this.#now }, 'order'), label: labelOf(move) };
  }

  /** The end of the new task later in the path; null if it is cancelled before. */
  #endAhead(): { moves: number; well: boolean; afterMs: number } | null {
    const generation = awaitedTasks(this.#session).at(-1)?.generation;
    let session = this.#session;
    let now = this.#now;
    for (let index = this.#next; index < this.#moves.length; index += 1) {
      const move = this.#moves[index] as Move;
      if (move.kind === 'task-end') return { moves: index - this.#next + 1, well: move.well, afterMs: now - this.#now };
      now = timeOfMove(this.#workflow, { session, now }, move);
      ({ session } = makeMove(this.#workflow, this.#stepper, session, move, now));
      if (!session.tasks.some((task) => task.generation === generation)) return null;
    }
    return null;
  }

  /** True if this code is entered without having been read. */
  #needsMessage(): boolean {
    const number = this.#session.context['codesIssued'];
    if (this.#shown.has(number)) return false;
    let session = this.#session;
    let now = this.#now;
    for (let index = this.#next; index < this.#moves.length; index += 1) {
      const move = this.#moves[index] as Move;
      if (move.kind === 'event' && 'correct' in move.payload) return true;
      now = timeOfMove(this.#workflow, { session, now }, move);
      ({ session } = makeMove(this.#workflow, this.#stepper, session, move, now));
      if (session.context['codesIssued'] !== number) return false;
    }
    return false;
  }
}
