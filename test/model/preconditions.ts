/** What a run makes the case before a request, so that a task comes to something else than it usually does. */
import type { AccountElsewhere } from './account-elsewhere.ts';
import type { Met } from './schedule.ts';

export interface PreconditionDeps {
  readonly elsewhere: AccountElsewhere;
  /** The account that the session is about is another one from now on. */
  readonly outdate: () => Promise<void>;
  /** Somebody has an account with the address that the session has now; or with another one, and a link. */
  readonly makeAccount: (link?: object) => Promise<unknown>;
}

export async function meet(outcome: Met, { elsewhere, outdate, makeAccount }: PreconditionDeps): Promise<void> {
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
