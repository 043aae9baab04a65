/** Answers whose wait timed out: an answer waits two seconds for the tasks of its request, and on a busy machine they take longer. */
import { setTimeout as after } from 'node:timers/promises';
import type { Workflow } from '../../../machines/workflow.ts';
import { isPassing } from '../graph/endings.ts';
import type { Answer, SessionView } from './requests.ts';

/** Far longer than a task takes on a busy machine. */
const waitTimeoutMs = 20_000;

/**
 * Waits until a condition holds.
 * @param what describes the condition, for the error after a vain wait
 */
export async function until(what: () => string, holds: () => Promise<boolean>, longestMs = waitTimeoutMs): Promise<void> {
  const begun = performance.now();
  while (!(await holds())) {
    if (performance.now() - begun >= longestMs) throw new Error(`After ${longestMs / 1000} s there is still no ${what()}`);
    await after(20);
  }
}

/** @returns the answer, or a later look at the session, once it is as wanted */
export async function onceIs(wanted: (session: SessionView) => boolean, answer: Answer, look: () => Promise<Answer>): Promise<Answer> {
  let latest = answer;
  const isDone = () => latest.status >= 400 || wanted(sessionIn(latest));
  if (!isDone())
    await until(
      () => `wanted session: ${JSON.stringify(latest.body)}`,
      async () => {
        latest = await look();
        return isDone();
      },
    );
  return latest;
}

/** Sends a request until the sender's credential is valid. */
export async function acceptedOf(send: () => Promise<Answer>, sender: string): Promise<Answer> {
  let answer = await send();
  await until(
    () => `valid credential of '${sender}'`,
    async () => {
      if (answer.status === 401) answer = await send();
      return answer.status !== 401;
    },
  );
  return answer;
}

/** @throws Error for an answer without a session */
export function sessionIn({ status, body }: Answer): SessionView {
  const session = body.session ?? body;
  if (session.state === undefined) throw new Error(`${status} without a session: ${JSON.stringify(body)}`);
  return session as SessionView;
}

export function isDelivered({ state }: Pick<SessionView, 'state'>): boolean {
  return !/\bdelivering$/.test(state);
}

/** True if the session has left every state that it only passes through, and has its child if its state needs one. */
export function isSettled(workflow: Workflow, { state, status, child = null }: SessionView): boolean {
  const leaves: string[] = state.split('|');
  if (leaves.some((leaf) => isPassing(workflow, leaf))) return false;
  return status !== 'active' || child !== null || !leaves.some((leaf) => invokesChild(workflow, leaf));
}

function invokesChild({ machine, children = {} }: Workflow, path: string): boolean {
  const sources = Object.entries(children).map(([name, { as = name }]) => as);
  let node = machine.root;
  for (const key of path.split('.')) node = node.states[key] ?? node;
  return node.invoke.some(({ src }) => sources.includes(String(src)));
}
