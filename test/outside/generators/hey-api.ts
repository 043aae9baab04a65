/** A person verifies an address, through a client of @hey-api/openapi-ts. The document names the service's address. */
import { client } from './client/client.gen.js';
import {
  type AccountChangeStartBody,
  type EmailVerification,
  type EmailVerificationStartBody,
  emailVerificationRead,
  emailVerificationStart,
  emailVerificationSubmitCode,
  sandboxMessages,
} from './client/index.js';
import type { Same } from './same.ts';

// A value that may be null or absent stays so.
export const nullable: Same<EmailVerification['canResendAt'], string | null> = true;
export const nullableChoice: Same<EmailVerification['outcome'], 'verified' | 'cancelled' | 'abandoned' | null> = true;
export const optional: Same<EmailVerificationStartBody['locale'], string | undefined> = true;

// The kind of a change decides which members belong to it.
export const change: AccountChangeStartBody['change'] = { kind: 'email', email: 'jane@example.com' };
// @ts-expect-error an address changes to an address
export const wrongChange: AccountChangeStartBody['change'] = { kind: 'email', phone: '+14155550132' };

const [, email = ''] = process.argv.slice(2);

const started = await emailVerificationStart({ body: { email, device: { name: 'Laptop' } } });
if (!started.data) throw new Error(started.error.detail);
const { id, state, sessionToken } = started.data;
// The document says which operations take the token.
client.setConfig({ auth: sessionToken });

const inbox = await sandboxMessages({ query: { to: email } });
const code = inbox.data?.messages[0]?.code ?? '';

const guess = { code: code === '000000' ? '000001' : '000000' };
const refused = await emailVerificationSubmitCode({ path: { id }, body: guess });
const problem = refused.error;
if (problem?.code !== 'wrong-code') throw new Error(`The wrong code is answered with ${problem?.code}`);
const { attemptsLeft, session } = problem;
export const narrowed: Same<typeof problem.code, 'wrong-code'> = true;
export const left: Same<typeof attemptsLeft, number | undefined> = true;
// @ts-expect-error only some sessions have this member
export const unknown = session?.canResendAt;
if (session?.workflow !== 'email-verification') throw new Error('The problem has no session');
const { email: masked } = session.data;

const verified = await emailVerificationSubmitCode({ path: { id }, body: { code } });
if (!verified.data) throw new Error(verified.error.detail);

const read = await emailVerificationRead({ path: { id } });
const token = read.data?.result?.token ?? '';

const { outcome } = verified.data;
console.log(JSON.stringify({ state, attemptsLeft, masked, outcome, token: token.split('.').length }));
