/** The task `notifyOwner`: tells the owner of an account by email about each event that concerns it. */
import { claimLost, type TaskAttempt, type TaskHandler, type TaskResult } from '../engine/ports.ts';
import { noticeDelaysMs } from '../engine/task-limits.ts';
import { deviceOf, taskResult } from './deliver-code.ts';
import type { NoticeMessage, Provider, RenderedMessage } from './message.ts';
import type { Notice } from './notice-text.ts';

export interface NotifyOwnerDeps {
  /** Every notice, by name. */
  readonly notices: Readonly<Record<string, Notice>>;
  /** The recipient; null if the account no longer exists. */
  readonly ownerOf: (accountId: string) => Promise<{
    readonly email: string;
    readonly locale: string | null;
    /** The end of the block on the account's codes, in milliseconds since the epoch; null without a block. */
    readonly blockedUntil: number | null;
  } | null>;
  /** The provider of emails; null without one. */
  readonly provider: () => Provider | null;
  readonly render: (message: NoticeMessage) => RenderedMessage;
  /**
   * Draws on the limit of notices about one kind of attack. The same key draws once. @returns null if it drew; otherwise the time at which
   * there is room again
   */
  readonly spendAttack: (kind: string, accountId: string, key: string) => Promise<Until | null>;
  /** Like `spendAttack`, for the owner's budget of other notices of one kind. */
  readonly spend: (kind: string, accountId: string, key: string) => Promise<Until | null>;
  /** Like `spendAttack`, for the limit of one notice per subject, such as a removed link. */
  readonly spendOnly: (kind: string, thing: string, key: string) => Promise<Until | null>;
  readonly lock: LockNotice;
  readonly now: () => number;
}

/** Callbacks for the notice about an account locked by wrong passwords. */
interface LockNotice {
  /** The unlock link; null if the lock is gone. */
  readonly link: (attempt: TaskAttempt) => Promise<string | null>;
  /** Records that the owner was told of the lock, or that the lock has no owner to tell. */
  readonly told: (attempt: TaskAttempt) => Promise<void>;
}

interface Until {
  readonly until: number;
}

export function notifyOwner(deps: NotifyOwnerDeps): TaskHandler {
  return {
    isNotice: true,
    retryDelaysMs: noticeDelaysMs,
    async run(attempt, signal, isStillClaimed = () => true) {
      const result = await tell(attempt, deps, signal, isStillClaimed);
      const isOver = result === 'nobody' || result === 'withheld';
      // The notice about a lock is recorded as sent even if the address has no account, so that later guesses get the same answer in both
      // cases.
      if ((isOver || result.outcome === 'done') && isOfLock(attempt)) await deps.lock.told(attempt);
      return isOver ? { outcome: 'done' } : result;
    },
  };
}

/** @returns the result of the attempt; `nobody` if the account is gone, `withheld` if this notice is dropped */
async function tell(
  attempt: TaskAttempt,
  { notices, ownerOf, provider, render, spendAttack, spendOnly, spend, lock, now }: NotifyOwnerDeps,
  signal: AbortSignal,
  isStillClaimed: () => true | Promise<boolean>,
): Promise<TaskResult | 'nobody' | 'withheld'> {
  const accountId = accountOf(attempt);
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
  // Every other notice must arrive. A notice that exceeds the limit waits until there is room, and states the time of the event.
  const refused = await spend(notice, accountId, attempt.key);
  if (refused) return { outcome: 'retry', reason: 'the limit of notices to the owner is reached', retryAfterMs: refused.until - now() };
  const message = messageOf(attempt, notice, { ...owner, email: addressOf(attempt) ?? owner.email, link });
  if (!(await isStillClaimed())) return claimLost;
  return taskResult(await sends.send(message, render(message), signal));
}

/** A session tells the owner of another account than its own if its guesses locked that account, or if it used a copy of its passkey. */
function accountOf({ input, personal }: TaskAttempt): string | undefined {
  const { notice } = (input ?? {}) as { notice?: string };
  const { accountId, lockedAccount, copiedAccount } = personal;
  if (notice === 'password-locked') return lockedAccount;
  return notice === 'passkey-copied' ? (copiedAccount ?? accountId) : accountId;
}

function isOfLock({ input, personal }: TaskAttempt): boolean {
  return (input as { notice?: string } | null)?.notice === 'password-locked' && personal['lockedAccount'] !== undefined;
}

/** The address that the account had when the session began, if the task's input asks for it; null for the current address. */
function addressOf({ input, personal: { email } }: TaskAttempt): string | null {
  const { at } = (input ?? {}) as { at?: string };
  return at === 'former' && email !== undefined ? email : null;
}

/** The notice to send. The wrong code that blocks the account's codes is reported as `codes-blocked`. */
function noticeOf({ input, createdAt }: TaskAttempt, blockedUntil: number | null): string {
  const { notice } = (input ?? {}) as { notice?: string };
  if (notice === undefined) throw new Error('The task does not name a notice');
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
