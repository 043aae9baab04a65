/** Preconditions that a run creates before a request, so that a task has another result than usual. */
import type { Precondition } from '../graph/schedule.ts';
import type { LinkedAccount } from './linked-account.ts';

export interface PreconditionDeps {
  readonly linkedAccount: LinkedAccount;
  /** The session's account has changed from now on. */
  readonly outdate: () => Promise<void>;
  /** Another account has the session's current address; or another address, and the link. */
  readonly makeAccount: (link?: object) => Promise<unknown>;
}

export async function bringAbout(outcome: Precondition, { linkedAccount, outdate, makeAccount }: PreconditionDeps): Promise<void> {
  switch (outcome) {
    case 'superseded':
      await outdate();
      return;
    case 'refused':
      await linkedAccount.refuse();
      return;
    case 'link-taken':
      await makeAccount(linkedAccount.link());
      return;
    case 'taken':
      await makeAccount();
      return;
    default:
      outcome satisfies never;
  }
}
