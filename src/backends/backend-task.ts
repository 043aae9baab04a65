/** Asks another backend to do a task: a request signed according to Standard Webhooks, answered at once or later by a callback. */
import { Webhook } from 'standardwebhooks';
import { type Dispatcher, request } from 'undici';
import type { BackendTask } from '../../machines/workflow.ts';
import { errorCodeOf, retryAfterMs } from '../common/failed-requests.ts';
import { boundedText, type OutboundOptions, outboundAgent, privateAddressIn, refusePrivate } from '../common/outbound.ts';
import type { TaskAttempt, TaskHandler, TaskResult } from '../engine/ports.ts';
import { limitsOf } from '../engine/tasks/handlers.ts';
import { answerIn } from './backend-answer.ts';

/** A backend with its address. */
export interface Backend extends OutboundOptions {
  readonly url: string;
  /** The key in base64, with the prefix `whsec_`. */
  readonly secret: string;
}

export interface BackendTaskDeps {
  /** The address for the later answer to an attempt. */
  readonly callbackUrl: (attempt: Pick<TaskAttempt, 'sessionId' | 'generation'>) => string;
  /** The time of the service's clock, which counts the wait for an answer. */
  readonly now: () => number;
  /** The real time, because the receiver refuses old signatures. */
  readonly worldTime: () => number;
}

/** More would only queue at the backend. */
const mostConnections = 64;

/** The longest time-out of an attempt is 25 s; its signal ends a request earlier. */
const longestRequestMs = 25_000;

/** The requests to one backend. Its connections are shared by all tasks. */
export class BackendClient {
  readonly #backend: Backend;
  readonly #dispatcher: Dispatcher;
  readonly #webhook: Webhook;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.#webhook = new Webhook(backend.secret);
    this.#dispatcher = outboundAgent({ ...backend, timeoutMs: longestRequestMs, connections: mostConnections });
  }

  /** The handler of a task that this backend does. */
  handler(task: { readonly src: string; readonly own: BackendTask }, deps: BackendTaskDeps): TaskHandler {
    return { ...limitsOf(task.own), run: (attempt, signal) => this.#ask(task, attempt, signal, deps) };
  }

  async close(): Promise<void> {
    await this.#dispatcher.destroy();
  }

  async #ask(
    { src, own }: { readonly src: string; readonly own: BackendTask },
    attempt: TaskAttempt,
    signal: AbortSignal,
    { callbackUrl, now, worldTime }: BackendTaskDeps,
  ): Promise<TaskResult> {
    const { setting, url } = this.#backend;
    const until = now() + own.answerWithin;
    const at = new Date(worldTime());
    const data = requestOf(src, own, attempt, { callbackUrl: callbackUrl(attempt), answerBy: new Date(until).toISOString() });
    const body = JSON.stringify({ type: 'task.requested', timestamp: at.toISOString(), data });
    try {
      refusePrivate(url, this.#backend);
      const answer = await request(url, {
        dispatcher: this.#dispatcher,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          // Every attempt at the task has the same id, so that the backend recognises repetitions.
          'webhook-id': attempt.key,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
          'webhook-signature': this.#webhook.sign(attempt.key, at, body),
        },
        body,
        signal,
      });
      const text = await boundedText(answer.body);
      return resultOf(answer, text, { own, setting, until, at: at.getTime() });
    } catch (error) {
      const refused = privateAddressIn(error);
      if (refused !== null) return { outcome: 'retry', reason: refused.message };
      return { outcome: 'retry', reason: `no answer of the backend in ${setting} (${errorCodeOf(error) ?? 'unknown'})` };
    }
  }
}

/** The content of the request. */
function requestOf(
  task: string,
  { outcomes, data = [] }: BackendTask,
  { sessionId, workflow, key, attempt, input, personal }: TaskAttempt,
  reply: { readonly callbackUrl: string; readonly answerBy: string },
) {
  const details = Object.fromEntries(data.flatMap((name) => (personal[name] === undefined ? [] : [[name, personal[name]]])));
  return { key, sessionId, workflow, task, attempt, input: input ?? null, data: details, outcomes, ...reply };
}

/** Statuses by which a backend says that it will never do this task. */
const refusals: ReadonlySet<number> = new Set([400, 409, 422]);

interface Asked {
  readonly own: BackendTask;
  readonly setting: string;
  /** The end of the wait for a later answer. */
  readonly until: number;
  readonly at: number;
}

function resultOf({ statusCode: status, headers }: Dispatcher.ResponseData, text: string, { own, setting, until, at }: Asked): TaskResult {
  if (status === 202) return { outcome: 'deferred', until };
  if (status === 200) return answered(text, own, setting);
  if (refusals.has(status)) return { outcome: 'failed', reason: `the backend in ${setting} refused the task (${status})` };
  const after = retryAfterMs([headers['retry-after']].flat()[0], at);
  const advice =
    status === 401 || status === 403 ? ': check its secret' : status < 500 && status !== 408 && status !== 429 ? ': check its address' : '';
  return {
    outcome: 'retry',
    reason: `the backend in ${setting} answered ${status}${advice}`,
    ...(after === null ? {} : { retryAfterMs: after }),
  };
}

/** An answer without an outcome may come from a proxy, so it is no answer of the backend. */
function answered(text: string, { outcomes }: BackendTask, setting: string): TaskResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { outcome: 'retry', reason: `the answer of the backend in ${setting} is not JSON` };
  }
  const answer = answerIn(value, outcomes);
  if (!('fault' in answer)) return answer;
  const { kind, path, message } = answer.fault;
  const reason = `the answer of the backend in ${setting} is wrong at '${path}'. Expected: ${message}`;
  return kind === 'unknown-outcome' ? { outcome: 'failed', reason } : { outcome: 'retry', reason };
}
