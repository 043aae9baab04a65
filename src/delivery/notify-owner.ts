/** The task `notifyOwner`: tells the owner of an account what was done with it, by email, whoever did it. */
import { claimLost, type TaskAttempt, type TaskHandler, type TaskResult } from '../engine/ports.ts';
import { noticeDelaysMs } from '../engine/task-limits.ts';
import { deviceOf, taskResult } from './deliver-code.ts';
import type { NoticeMessage, Provider, RenderedMessage } from './message.ts';
import type { Notice } from './notice-text.ts';

export interface NotifyOwnerParts {
  /** Every notice, by name. */
  readonly notices: Readonly<Record<string, Notice>>;
  /** Who is told; null when there is no such account any more. */
  readonly ownerOf: (accountId: string) => Promise<{
    readonly email: string;
    readonly locale: string | null;
    /** Until when its codes are refused; null where they are not. */
    readonly blockedUntil: number | null;
  } | null>;
  /** The provider of emails; null without one. */
  readonly provider: () => Provider | null;
  readonly render: (message: NoticeMessage) => RenderedMessage;
  /** Draws on how often the owner is told of an attack. @returns null, or when there will be room; the same key draws once */
  readonly spendAttack: (kind: string, accountId: string, key: string) => Promise<Until | null>;
  /** Draws on the owner's budget for this kind of notice; otherwise like `spendAttack`. */
  readonly spend: (kind: string, accountId: string, key: string) => Promise<Until | null>;
  /** Draws on the only notice about one thing. @returns null, or until when another notice about it is withheld; the same key draws once */
  readonly spendOnly: (kind: string, thing: string, key: string) => Promise<Until | null>;
  readonly lock: LockNotice;
  readonly now: () => number;
}

/** The parts of a notice about an account locked by wrong passwords. */
interface LockNotice {
  /** The unlock link; null if the lock is gone. */
  readonly link: (attempt: TaskAttempt) => Promise<string | null>;
  /** Records that the owner knows of the lock, or that the lock has no owner to tell. */
  readonly told: (attempt: TaskAttempt) => Promise<void>;
}

interface Until {
  readonly until: number;
}

export function notifyOwner(parts: NotifyOwnerParts): TaskHandler {
  return {
    isNotice: true,
    retryDelaysMs: noticeDelaysMs,
    async run(attempt, signal, isStillClaimed = () => true) {
      const result = await tell(attempt, parts, signal, isStillClaimed);
      const isOver = result === 'nobody' || result === 'withheld';
      // A lock without an account counts as told, and so must each that has one: guesses at both are answered alike afterwards.
      if ((isOver || result.outcome === 'done') && attempt.personal['lockedAccount'] !== undefined) await parts.lock.told(attempt);
      return isOver ? { outcome: 'done' } : result;
    },
  };
}

/** @returns how the attempt ended; `nobody` if the account is gone, `withheld` if this notice must not go out now */
async function tell(
  attempt: TaskAttempt,
  { notices, ownerOf, provider, render, spendAttack, spendOnly, spend, lock, now }: NotifyOwnerParts,
  signal: AbortSignal,
  isStillClaimed: () => true | Promise<boolean>,
): Promise<TaskResult | 'nobody' | 'withheld'> {
  const accountId = attempt.personal['lockedAccount'] ?? attempt.personal['accountId'];
  const owner = accountId === undefined ? null : await ownerOf(accountId);
  if (accountId === undefined || owner === null) return 'nobody';
  const sends = provider();
  if (sends === null) return { outcome: 'failed', reason: 'no provider for email is configured' };
  const notice = noticeOf(attempt, owner.blockedUntil);
  // An attacker who tries codes all day must not fill the owner's mailbox.
  if (notices[notice]?.ofAttack && (await spendAttack(notice, accountId, attempt.key)) !== null) return 'withheld';
  const { link: removed } = (attempt.input ?? {}) as { link?: string };
  if (removed !== undefined && (await spendOnly(notice, removed, attempt.key)) !== null) return 'withheld';
  const link = notice === 'password-locked' ? await lock.link(attempt) : null;
  if (notice === 'password-locked' && link === null) return 'withheld';
  // No other notice may be lost: a notice without room waits until there is room, and says when the event happened.
  const refused = await spend(notice, accountId, attempt.key);
  if (refused) return { outcome: 'retry', reason: 'the limit of notices to the owner is reached', retryAfterMs: refused.until - now() };
  const message = messageOf(attempt, notice, { ...owner, email: addressOf(attempt) ?? owner.email, link });
  if (!(await isStillClaimed())) return claimLost;
  return taskResult(await sends.send(message, render(message), signal));
}

/** The address that the account had when the session began, where that one is to be told; null for the one that it has. */
function addressOf({ input, personal: { email } }: TaskAttempt): string | null {
  const { at } = (input ?? {}) as { at?: string };
  return at === 'former' && email !== undefined ? email : null;
}

/** The wrong code that makes an account refuse codes is told of as that. */
function noticeOf({ input, createdAt }: TaskAttempt, blockedUntil: number | null): string {
  const { notice } = (input ?? {}) as { notice?: string };
  if (notice === undefined) throw new Error('The task does not say what to tell');
  return notice === 'wrong-code' && blockedUntil !== null && blockedUntil > createdAt ? 'codes-blocked' : notice;
}

function messageOf(
  { sessionId, workflow, key, createdAt, personal }: TaskAttempt,
  notice: string,
  { email, locale, link }: { readonly email: string; readonly locale: string | null; readonly link: string | null },
): NoticeMessage {
  return {
    kind: 'notice',
    sessionId,
    workflow,
    key,
    channel: 'email',
    to: email,
    device: deviceOf(personal),
    locale: locale ?? personal['locale'] ?? null,
    code: null,
    notice,
    details: personal,
    instead: null,
    agent: personal['agent'] ?? null,
    reason: personal['reason'] ?? null,
    at: createdAt,
    link,
  };
}
