/** Figures of support access. */
import { defineFigures, LargeLimit, Limit } from './figures.ts';

export const supportFigures = defineFigures({
  supportRequestsPerDay: {
    schema: Limit('How often the holder of one agent’s key may ask to see one account in a day, under all names together.'),
    default: 5,
    reason: 'Each request mails the owner. Five forgive a misunderstanding. More would pester the owner.',
  },
  supportRequestsPerAccountAndDay: {
    schema: Limit('How often the holders of all agents’ keys together may ask to see one account in a day.'),
    default: 10,
    reason: 'Five requests from each of two desks.',
  },
  supportRequestsPerKeyAndDay: {
    schema: LargeLimit('How often the holder of one agent’s key may ask to see accounts in a day.'),
    default: 200,
    reason: "More cases than a desk sees in a day. A stolen key can't write to every owner.",
  },
});
