/** Messages: each is sent on the promised steps, and on no other step. */
import type { MessagePromise } from '../../../machines/promises.ts';
import { isInvited, type Workflow } from '../../../machines/workflow.ts';
import { awaitedTasks, type Rejection, type Session } from '../../engine/session.ts';
import { exampleStart } from '../../engine/steps/example-start.ts';
import { startSession, step } from '../../engine/steps/step.ts';
import { inputOf, labelOf, type Move, timeOfMove } from '../graph/move.ts';
import { type Explored, isCause, isIn } from './causes.ts';
import { initialContext } from './start-context.ts';

/** A step, and the tasks that it begins without waiting for them. */
interface Sending {
  readonly where: string;
  readonly move: Move;
  readonly from: Session | null;
  readonly to: Session;
  readonly rejection: Rejection | null;
}

export function wrongMessages(explored: Explored): string[] {
  const { messages = [] } = explored.promises;
  return messages.length === 0
    ? []
    : sendings(explored).flatMap((sending) => messages.flatMap((promise) => wrongSend(promise, sending, explored)));
}

function wrongSend(promise: MessagePromise, { where, move, from, to, rejection }: Sending, { workflow, figures }: Explored): string[] {
  const { notice, to: recipient, on = [], refusing = [], entering = [] } = promise;
  const before = from ?? { context: initialContext(workflow), timers: [] };
  const isMeant =
    (rejection === null ? on : rejection.kind === 'refused' ? refusing : []).some((cause) =>
      isCause(cause, move, before, workflow, figures),
    ) ||
    ((from === null || !isIn(from, entering)) && isIn(to, entering));
  const sends = to.tasks.filter(({ detached, input }) => detached && isMessage(workflow, input, notice, recipient)).length;
  // One step may send a notice to several recipients, but no recipient gets it twice.
  if (recipient !== undefined && sends > 1) return [`${notice} is sent ${sends} times to ${recipient} on ${where}`];
  if (sends > 0 === isMeant) return [];
  return [`${notice} is ${isMeant ? 'not sent' : 'sent'} on ${where}`];
}

/** A message names its notice and its recipient; an invitation names a party, which declares its notice. */
function isMessage({ parties = {} }: Workflow, input: unknown, notice: string, recipient: string | undefined): boolean {
  const { party = null, ...params } = (typeof input === 'object' ? (input ?? {}) : {}) as Readonly<Record<string, unknown>>;
  const invited = typeof party === 'string' ? parties[party] : undefined;
  const [sent, to] = isInvited(invited) ? [invited.invited.notice, party] : [params['notice'], params['to']];
  return sent === notice && (recipient === undefined || to === recipient);
}

function sendings({ graph, workflow }: Explored): Sending[] {
  const starts = graph.starts.map(({ opening }): Sending => {
    const { session, rejection } = startSession(workflow, exampleStart(workflow), opening, 0);
    const { type, ...payload } = opening ?? { type: 'start' };
    return { where: 'the start', move: { kind: 'event', type, payload }, from: null, to: session, rejection };
  });
  const steps = [...graph.configurations.values()].flatMap(({ key, session, now, steps: moves }) => {
    // An equal message that still waits would stand for the new one.
    const from = { ...session, tasks: awaitedTasks(session) };
    return moves.map(({ move }): Sending => {
      const made = step(workflow, from, inputOf(from, move) ?? { kind: 'time' }, timeOfMove(workflow, { session, now }, move));
      return { where: `${labelOf(move)}: ${key}`, move, from, to: made.session, rejection: made.rejection };
    });
  });
  return [...starts, ...steps];
}
