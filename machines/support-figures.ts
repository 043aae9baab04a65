/** Figures of support access. */
import { defineFigures, LargeLimit, Limit } from './figures.ts';

export const supportFigures = defineFigures({
  supportRequestsPerDay: {
    schema: Limit(
      'Requests for one account that may be made with one agent’s key in a day. All names that agents give with this key count together.',
    ),
    default: 5,
    reason: 'Each request mails the owner. Five leave room for a misunderstanding. More would pester the owner.',
  },
  supportRequestsPerAccountAndDay: {
    schema: Limit('Requests for one account that may be made with all agents’ keys together in a day.'),
    default: 10,
    reason: 'Five requests from each of two desks.',
  },
  supportRequestsPerKeyAndDay: {
    schema: LargeLimit('Requests for accounts that may be made with one agent’s key in a day.'),
    default: 200,
    reason: "More cases than a desk sees in a day. A stolen key can't write to every owner.",
  },
});
