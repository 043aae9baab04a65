/** The enrolment of a factor in a run: the body of its start, and the code that shows that the new factor works. */
import type { Payload } from '../../../machines/workflow.ts';
import { codeNow } from '../../authenticator-apps/time-codes.ts';
import type { Answer, Caller } from '../drive/requests.ts';
import { sessionIn } from '../drive/settled-answer.ts';

/** The resolvers of the starts of registrations. */
export const registrations: readonly string[] = ['authenticatorRegistration', 'backupCodeReplacement', 'passkeyRegistration'];

/** The body of the start of a registration. Without a factor the owner is reached by a code; by email only without a telephone. */
export function registrationOf({ factor, channel }: Payload): unknown {
  if (factor === true) return {};
  return { factor: 'code', ...(channel === 'email' ? {} : { channel }) };
}

/** @returns the code of the enrolment that a session shows; null for one that takes no code */
export async function codeOfEnrolment(client: Caller, look: Answer): Promise<string | null> {
  const { enrolment } = sessionIn(look).data as { readonly enrolment?: Readonly<Record<string, unknown>> | null };
  const { codes, secret, digits, periodSeconds } = enrolment ?? {};
  if (Array.isArray(codes)) return String(codes[0]);
  if (typeof secret !== 'string') return null;
  const now = Date.parse(String((await client.call('GET', '/sandbox/clock')).body['now']));
  return codeNow({ secret, digits: Number(digits), periodMs: Number(periodSeconds) * 1000 }, now);
}
