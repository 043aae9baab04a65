/**
 * Limits: an event is accepted until its limit, and refused from then on. The count is no part of the graph, because a broken machine may
 * not keep it: each configuration is visited once for each count.
 */
import type { LimitPromise } from '../../../machines/promises.ts';
import { statePath } from '../../engine/session.ts';
import { step } from '../../engine/steps/step.ts';
import { inputOf, labelOf, type Move, timeOfMove } from '../graph/move.ts';
import type { Configuration } from '../graph/step-graph.ts';
import { type Explored, lookupIn } from './causes.ts';
import { amountOf, holdsIn } from './values.ts';

export function wrongLimits(explored: Explored): string[] {
  return (explored.promises.limits ?? []).flatMap((limit) => wrongLimit(limit, explored));
}

/** An event of the limit, in a configuration. */
interface Tried {
  readonly where: string;
  readonly state: string;
  readonly count: number;
  /** Null for an accepted event. */
  readonly refusal: string | null;
}

function wrongLimit(limit: LimitPromise, explored: Explored): string[] {
  const most = amountOf(limit.most, lookupIn(explored.figures)) ?? Number.POSITIVE_INFINITY;
  const tried = triedEvents(limit, explored, most);
  // Where the machine never accepts the event, it need not refuse it by this name.
  const accepting = new Set(tried.filter(({ refusal }) => refusal === null).map(({ state }) => state));
  const wrong = tried.filter(({ state, count, refusal }) =>
    count >= most ? accepting.has(state) && refusal !== limit.refusal : refusal === limit.refusal,
  );
  return [...new Set(wrong.map(({ where, count, refusal }) => `${where}: ${refusal ?? 'accepted'} after ${count} times`))];
}

function triedEvents(limit: LimitPromise, explored: Explored, most: number): Tried[] {
  const tried: Tried[] = [];
  const visited = new Set<string>();
  const waiting = explored.graph.starts.map(({ key }) => ({ key, count: 0 }));
  // The loop also visits the entries that it appends.
  for (const { key, count } of waiting) {
    const from = explored.graph.configurations.get(key);
    if (from === undefined || visited.has(`${count} ${key}`)) continue;
    visited.add(`${count} ${key}`);
    for (const { move, to } of from.steps) {
      const refusal = refusalOf(explored.workflow, from, move);
      if (isLimited(limit, move, explored))
        tried.push({ where: `${labelOf(move)}: ${key}`, state: statePath(from.session.value), count, refusal });
      const next = refusal === null ? countAfter(limit, move, count, explored) : count;
      // Beyond the limit, nothing new can be seen.
      if (next <= most) waiting.push({ key: to, count: next });
    }
  }
  return tried;
}

function isLimited(limit: LimitPromise, move: Move, { figures }: Explored): boolean {
  return move.kind === 'event' && move.type === limit.event && holdsIn(limit.with, move.payload, lookupIn(figures));
}

function countAfter(limit: LimitPromise, move: Move, count: number, explored: Explored): number {
  if (isLimited(limit, move, explored)) return count + 1;
  return move.kind === 'event' && move.type === limit.since ? 0 : count;
}

function refusalOf(workflow: Explored['workflow'], from: Configuration, move: Move): string | null {
  const input = inputOf(from.session, move);
  if (input === null) return null;
  const { rejection } = step(workflow, from.session, input, timeOfMove(workflow, from, move));
  if (rejection === null) return null;
  return rejection.kind === 'refused' ? rejection.code : 'event-not-accepted';
}
