/** Reports about a delivery. The session waits only for its latest send, so a report about an earlier one changes nothing. */
import { expect, test } from 'vitest';
import { type ResolvingSession, serviceCaller } from '../../src/engine/ports.ts';
import { reportResolver } from '../../src/resolvers/report.ts';

const requestContext = { attempt: 'a', caller: serviceCaller, prepared: undefined };

/** The third code of a session, sent for the second time. */
const context = { codesIssued: 3, sendsOfCode: 2 };
const session: ResolvingSession = {
  id: 's',
  workflow: 'phone-verification',
  keyId: 'k',
  context,
  personal: {},
  at: 0,
  preview: () => null,
};
const heard = async (send: object) =>
  (await reportResolver().event?.({ failure: 'busy', ...send }, session, requestContext))?.payload ?? null;

test.each([{ codeNumber: 3, sendNumber: 2 }, { codeNumber: 3 }, { sendNumber: 2 }, {}])(
  'about the latest send is heard: %j',
  async (send) => {
    expect(await heard(send)).toEqual({ failure: 'busy' });
  },
);

test.each([
  ['a former code', { codeNumber: 2, sendNumber: 2 }],
  ['a former code, whichever send', { codeNumber: 2 }],
  ['a former send, which went another way', { codeNumber: 3, sendNumber: 1 }],
  ['a former send, of whichever code', { sendNumber: 1 }],
  ['a code that is still to come', { codeNumber: 4, sendNumber: 2 }],
  ['a send that is still to come', { codeNumber: 3, sendNumber: 3 }],
])('about %s is ignored', async (_, send) => {
  expect(await heard(send)).toBeNull();
});
