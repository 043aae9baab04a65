/** What a run makes the case before a request, so that a task comes to something else than it usually does. */
import type { LinkedAccount } from './linked-account.ts';
import type { Precondition } from './schedule.ts';

export interface PreconditionDeps {
  readonly elsewhere: LinkedAccount;
  /** The account that the session is about is another one from now on. */
  readonly outdate: () => Promise<void>;
  /** Somebody has an account with the address that the session has now; or with another one, and a link. */
  readonly makeAccount: (link?: object) => Promise<unknown>;
}

export async function bringAbout(outcome: Precondition, { elsewhere, outdate, makeAccount }: PreconditionDeps): Promise<void> {
  switch (outcome) {
    case 'superseded':
      await outdate();
      return;
    case 'refused':
      await elsewhere.refuse();
      return;
    case 'link-taken':
      await makeAccount(elsewhere.link());
      return;
    case 'taken':
      await makeAccount();
      return;
    default:
      outcome satisfies never;
  }
}
