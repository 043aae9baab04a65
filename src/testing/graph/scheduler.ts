/** Makes a schedule of a path by running the step function ahead of the service, so that a drive leaves nothing to chance. */
import { type MachineEvent, sendersOf, type Workflow } from '../../../machines/workflow.ts';
import { awaitedTasks, type HistoryEntry, type Session, type Task } from '../../engine/session.ts';
import { exampleStart } from '../../engine/steps/example-start.ts';
import * as engineStep from '../../engine/steps/step.ts';
import { laterAt, longestWaitMs, withAsidesDone } from './aftermath.ts';
import type { Path } from './cover.ts';
import { endingsOf, endsAtOnce } from './endings.ts';
import { firstTimer, labelOf, type Move, type Moved, makeMove, type Stepper, timeOfMove, transitionsFor, waitEnd } from './move.ts';
import { type Does, isPrecondition, type Schedule, type ScheduledStep } from './schedule.ts';
import { keyOf } from './step-graph.ts';
import { controlOf } from './task-control.ts';

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
  /** The ends of delayed deliveries, by task. */
  readonly #heldUntil = new Map<string, number>();
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
    const taken = this.#takenAtStart();
    const made = withAsidesDone(this.#workflow, this.#stepper, { session, history: [], rejection, taken }, this.#now);
    this.#after('start', { ...made, cancelled: [] }, { generations: 0, covers: [] });
    while (this.#next < this.#moves.length) this.#move(this.#moves[this.#next++] as Move);
    const aftermathAt = laterAt({ workflow: this.#workflow, stepper: this.#stepper, session: this.#session });
    const aftermath = aftermathAt(this.#now + longestWaitMs(this.#workflow));
    return { opening: this.#opening, steps: this.#steps, history: this.#history, aftermath, aftermathAt };
  }

  #started() {
    return this.#stepper.startSession(this.#workflow, exampleStart(this.#workflow), this.#opening, 0);
  }

  #takenAtStart(): readonly string[] {
    if (this.#opening === null) return [];
    return transitionsFor(
      this.#workflow,
      this.#stepper.startSession(this.#workflow, exampleStart(this.#workflow), null, 0).session,
      this.#opening,
    );
  }

  #move(move: Move): void {
    const covers = [this.#coverOf(move)];
    const { generations } = this.#session;
    switch (move.kind) {
      case 'event': {
        const made = this.#make(move);
        // A provider does not learn the effect of its report.
        const ignored =
          sendersOf(this.#workflow.events[move.type] ?? { sender: [] }).includes('provider') && made.rejection?.kind === 'not-accepted';
        const moved = ignored ? { ...made, rejection: null } : made;
        this.#after({ type: move.type, payload: move.payload }, moved, { generations, covers });
        break;
      }
      case 'task-end':
        this.#endTask(move, { generations, covers });
        break;
      case 'time':
        this.#passTime(move, { generations, covers });
        break;
      case 'wait':
        this.#now = waitEnd(this.#workflow, { session: this.#session, now: this.#now }) ?? this.#now;
        this.#push('look', { session: this.#session });
        break;
      default:
        move satisfies never;
    }
  }

  /**
   * Records a step that was made. A built-in task that it starts ends in the same step. For a delivery that it starts, the end is
   * arranged.
   */
  #after(
    does: Does,
    moved: Made,
    {
      generations,
      covers,
      ends = [],
    }: Pick<ScheduledStep, 'covers'> & Partial<Pick<ScheduledStep, 'ends'>> & { readonly generations: number },
  ): void {
    this.#session = moved.session;
    const { rejection } = moved;
    const seen = { taken: [...moved.taken], cancelled: [...moved.cancelled], asides: [...moved.asides], covers: [...covers] };
    let before: ScheduledStep['before'] = null;
    for (let next = this.#endingAtOnce(generations); next !== undefined; next = this.#endingAtOnce(generations)) {
      const [ending = { well: true }] = endingsOf(this.#workflow, this.#session, next);
      const move = this.#moves[this.#next] ?? { kind: 'task-end', task: next.id, ...ending };
      this.#next += 1;
      seen.covers.push(this.#coverOf(move));
      const ended = this.#make(move);
      this.#session = ended.session;
      if (move.kind === 'task-end' && isPrecondition(move.outcome)) before = { outcome: move.outcome };
      add(seen, ended);
    }
    const delivery = this.#startedTasks(generations).find((task) => controlOf(task) === 'sandbox');
    const step = { ...seen, before, rejection, ends };
    if (delivery === undefined) this.#push(does, { ...step, session: this.#session });
    else this.#deliver(does, delivery, step);
  }

  #startedTasks(generations: number): readonly Task[] {
    return awaitedTasks(this.#session).filter(({ generation }) => generation > generations);
  }

  #endingAtOnce(generations: number): Task | undefined {
    return this.#startedTasks(generations).findLast(endsAtOnce);
  }

  /** Arranges the end of a delivery that the step starts. */
  #deliver(does: Does, task: Task, step: Seen & Pick<ScheduledStep, 'before' | 'rejection' | 'ends'>): void {
    const { channel } = task.input as { channel: string };
    const started = this.#session;
    // No state waits for the delivery any more, so it may arrive.
    if (this.#next === this.#moves.length) this.#moves.push({ kind: 'task-end', task: task.id, well: true });
    const end = this.#endAhead(task);
    const following = this.#moves[this.#next];
    const atOnce = end !== null && end.moves === 1 && following !== undefined && (end.well || !this.#needsMessage());
    if (atOnce) {
      this.#next += 1;
      const seen = { ...step, covers: [...step.covers, this.#coverOf(following)] };
      const ended = this.#make(following);
      this.#session = ended.session;
      if (end.well) this.#shown.add(ended.session.context['codesIssued']);
      add(seen, ended);
      const arranged = end.well ? step.before : ({ channel, outcome: 'fail' } as const);
      const ends = [...step.ends, { at: this.#now, well: end.well }];
      this.#push(does, { ...seen, ends, session: ended.session, ...this.#arranged(does, arranged) });
      return;
    }
    // A delayed message is in the inbox at once: only its confirmation takes time.
    this.#shown.add(started.context['codesIssued']);
    const delayMs = end === null ? foreverMs : end.afterMs + holdMs;
    this.#heldUntil.set(task.id, this.#now + delayMs);
    this.#push(does, {
      ...step,
      ...this.#arranged(does, { channel, outcome: 'delay', delayMs }),
      after: end === null || end.well ? null : { channel, outcome: 'fail' },
      session: started,
    });
  }

  /** A delivery that time starts is arranged after the step before, because the clock passes its start before the next request. */
  #arranged(does: Does, arrangement: ScheduledStep['before']): Pick<ScheduledStep, 'before'> {
    const last = this.#steps.at(-1);
    if (does !== 'look' || arrangement === null || last === undefined) return { before: arrangement };
    this.#steps[this.#steps.length - 1] = { ...last, after: arrangement };
    return { before: null };
  }

  #endTask(
    move: Extract<Move, { kind: 'task-end' }>,
    step: { readonly generations: number; readonly covers: ScheduledStep['covers'] },
  ): void {
    const task = awaitedTasks(this.#session).find(({ id }) => id === move.task);
    const heldUntil = this.#heldUntil.get(move.task);
    const control = task === undefined ? 'sandbox' : controlOf(task);
    if (control === 'holder') {
      this.#after({ child: move.outcome ?? '' }, this.#make(move), step);
      return;
    }
    if (task !== undefined && control === 'test') {
      const { task: id, well, outcome } = move;
      this.#after({ task: id, generation: task.generation, well, ...(outcome === undefined ? {} : { outcome }) }, this.#make(move), step);
      return;
    }
    if (heldUntil === undefined) throw new Error(`Nothing is under way that could end: ${labelOf(move)}`);
    this.#heldUntil.delete(move.task);
    this.#now = heldUntil;
    this.#after('look', this.#make(move), { ...step, ends: [{ at: this.#now, well: move.well }] });
  }

  #passTime(move: Move, step: { readonly generations: number; readonly covers: ScheduledStep['covers'] }): void {
    const timer = firstTimer(this.#session);
    if (timer === null) throw new Error('No time is waited for');
    if (timer.dueAt - 1 > this.#now) {
      this.#now = timer.dueAt - 1;
      this.#push('look', { session: this.#session, imminent: timer.event });
    }
    this.#now = timer.dueAt;
    this.#after('look', this.#make(move), step);
  }

  #push(does: Does, step: Partial<ScheduledStep> & Pick<ScheduledStep, 'session'>): void {
    this.#steps.push({ at: this.#now, does, before: null, after: null, rejection: null, ...nothing, ...step });
  }

  #make(move: Move): Made {
    const before = this.#session.timers;
    const made = makeMove(this.#workflow, this.#stepper, this.#session, move, this.#now);
    const moved = withAsidesDone(this.#workflow, this.#stepper, made, this.#now);
    this.#history.push(...moved.history);
    const cancelled = before.filter((timer) => timer.dueAt > this.#now && !moved.session.timers.includes(timer));
    return { ...moved, cancelled: cancelled.map(({ event }) => event) };
  }

  #coverOf(move: Move): { key: string; label: string } {
    return { key: keyOf(this.#workflow, { session: this.#session, now: this.#now }, 'order'), label: labelOf(move) };
  }

  /** The end of the new task later in the path; null if it is cancelled before. */
  #endAhead({ id, generation }: Task): { moves: number; well: boolean; afterMs: number } | null {
    let session = this.#session;
    let now = this.#now;
    for (let index = this.#next; index < this.#moves.length; index += 1) {
      const move = this.#moves[index] as Move;
      if (move.kind === 'task-end' && move.task === id) return { moves: index - this.#next + 1, well: move.well, afterMs: now - this.#now };
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

/** The parts of a step that several moves add up to. */
interface Seen {
  taken: string[];
  cancelled: string[];
  asides: string[];
  covers: ScheduledStep['covers'][number][];
}

const nothing = { ends: [], taken: [], cancelled: [], imminent: null, asides: [], covers: [] };

function add(seen: Seen, { taken, cancelled, asides }: Made): void {
  seen.taken.push(...taken);
  seen.cancelled.push(...cancelled);
  seen.asides.push(...asides);
}
