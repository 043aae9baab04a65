/** One run of a handler. Handlers are code of modules, so a run always ends, and always with a result that a session can take. */
import { withinGrace } from '../abort-grace.ts';
import { Overloaded, StoreUnavailable } from '../errors.ts';
import type { TaskResult } from '../ports.ts';
import { abortGraceMs } from '../task-limits.ts';
import { nameOf, type ThrownError, thrownErrors } from '../thrown-errors.ts';

const abortIgnored: TaskResult = { outcome: 'retry', reason: 'its handler ignored the abort' };

export interface HandlerRun {
  readonly result: TaskResult;
  /** The errors that the handler threw; empty if it returned. */
  readonly thrown: readonly ThrownError[];
}

/** @param run calls the handler, which must stop when the signal aborts */
export async function handlerRun(run: () => Promise<TaskResult>, signal: AbortSignal): Promise<HandlerRun> {
  try {
    return { result: usable(await withinGrace(run(), signal, abortGraceMs, abortIgnored)), thrown: [] };
  } catch (error) {
    // An outage ends thousands of attempts in the same way, so the name of the error is enough.
    const isOutage = error instanceof StoreUnavailable || error instanceof Overloaded;
    return { result: { outcome: 'retry', reason: nameOf(error) }, thrown: isOutage ? [] : thrownErrors(error) };
  }
}

/** A handler written in JavaScript can return anything, and a pause computed from a header can be NaN. */
function usable(result: TaskResult): TaskResult {
  if (!isResult(result)) return { outcome: 'retry', reason: 'its handler returned no result' };
  if (result.outcome !== 'retry' || result.retryAfterMs === undefined || isPause(result.retryAfterMs)) return result;
  const { outcome, reason } = result;
  return { outcome, reason };
}

function isResult(value: unknown): boolean {
  const { outcome, reason, child, until } = (value ?? {}) as { readonly [Name in 'outcome' | 'reason' | 'child' | 'until']?: unknown };
  switch (outcome) {
    case 'done':
      return true;
    case 'awaits':
      return typeof child === 'string';
    case 'deferred':
      return Number.isFinite(until);
    case 'failed':
    case 'retry':
      return typeof reason === 'string';
    default:
      return false;
  }
}

function isPause(ms: number): boolean {
  return Number.isFinite(ms) && ms >= 0;
}
