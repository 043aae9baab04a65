/** The task `sendMessage`: sends a notice to the address that the session holds, or to a party of the session. */
import { RateLimited } from '../engine/errors.ts';
import { claimLost, type TaskAttempt, type TaskHandler } from '../engine/ports.ts';
import { noticeDelaysMs } from '../engine/task-limits.ts';
import { deviceOf, type SendBudget, taskResult } from './deliver-code.ts';
import { normaliseEmail } from './email-address.ts';
import type { NoticeMessage, Provider, RenderedMessage } from './message.ts';
import { detailsForParty, type PartyMessageDeps, partyRecipient } from './party-message.ts';

export interface SendMessageDeps {
  /** The provider of emails; null without one. */
  readonly provider: () => Provider | null;
  readonly render: (message: NoticeMessage) => RenderedMessage;
  readonly budget: Pick<SendBudget, 'admit'>;
  readonly parties: PartyMessageDeps;
}

/** The input of the task: the name of the notice, and the party or the personal detail that holds the address (`email` by default). */
interface Input {
  readonly notice: string;
  readonly to: string;
}

const channel = 'email';

export function sendMessage({ provider, render, budget, parties }: SendMessageDeps): TaskHandler {
  return {
    isNotice: true,
    retryDelaysMs: noticeDelaysMs,
    async admit(attempt, caller) {
      const address = addressOf(attempt, parties);
      if (address === null) return;
      const { sessionId, generation } = attempt;
      // Each task sends its own message, so its generation replaces the number of a code.
      const send = {
        sessionId,
        codeNumber: generation,
        sendNumber: 1,
        channel,
        destination: address.identity,
        country: null,
        account: null,
      };
      const refused = await budget.admit(send, caller);
      if (refused !== null) throw new RateLimited(refused.until, refused.limit ?? null);
    },

    async run(attempt, signal, isStillClaimed = () => true) {
      const message = messageOf(attempt, parties);
      const sends = provider();
      if (message === null) return { outcome: 'failed', reason: 'the session knows no address' };
      if (sends === null) return { outcome: 'failed', reason: `no provider for ${channel} is configured` };
      if (!(await isStillClaimed())) return claimLost;
      return taskResult(await sends.send(message, render(message), signal));
    },
  };
}

function inputOf({ input }: TaskAttempt): Input {
  const { notice, to = 'email' } = (input ?? {}) as Partial<Input>;
  if (notice === undefined) throw new Error('The task does not say which notice to send');
  return { notice, to };
}

function addressOf(attempt: TaskAttempt, parties: PartyMessageDeps): ReturnType<typeof normaliseEmail> {
  const { to } = inputOf(attempt);
  return normaliseEmail(attempt.personal[partyRecipient(attempt, to, parties)?.detail ?? to] ?? '');
}

function messageOf(attempt: TaskAttempt, parties: PartyMessageDeps): NoticeMessage | null {
  const address = addressOf(attempt, parties);
  if (address === null) return null;
  const party = partyRecipient(attempt, inputOf(attempt).to, parties);
  const { sessionId, workflow, key, createdAt, personal } = attempt;
  return {
    kind: 'notice',
    sessionId,
    workflow,
    key,
    channel,
    to: address.address,
    device: deviceOf(personal),
    locale: personal['locale'] ?? null,
    code: null,
    notice: inputOf(attempt).notice,
    details: party === null ? personal : detailsForParty(personal),
    instead: null,
    agent: personal['agent'] ?? null,
    reason: personal['reason'] ?? null,
    at: createdAt,
    link: party?.link ?? null,
  };
}
