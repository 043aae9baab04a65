/** Refusals of links to accounts at providers. */
import type { ProblemKind } from '../../http/problems/problem.ts';

export const linkingRefusals = {
  'wrong-link-value': {
    status: 422,
    title: 'This value does not confirm the link',
    explanation:
      'The value belongs to another grant or another session, or was never issued. The attempt was counted: after five wrong values the grant is dropped, and `linkFailure` is `unconfirmed`.',
    remedy: 'Send the value of the page that the provider returned to last. Without it, start over with `link-account`.',
  },
} as const satisfies Record<string, ProblemKind>;
