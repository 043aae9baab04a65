/** A person verifies an address, through the functions of orval. The document names the service's address. */
import {
  type AccountChangeStartBody,
  type EmailVerification,
  type EmailVerificationStartBody,
  emailVerificationRead,
  emailVerificationStart,
  emailVerificationSubmitCode,
  sandboxMessages,
} from './api.js';
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

const started = await emailVerificationStart({ email, device: { name: 'Laptop' } });
if (started.status !== 201) throw new Error(started.data.detail);
const { id, state, sessionToken } = started.data;
const options = { headers: { Authorization: `Bearer ${sessionToken}` } };

const inbox = await sandboxMessages({ to: email });
const code = inbox.status === 200 ? (inbox.data.messages[0]?.code ?? '') : '';

const guess = { code: code === '000000' ? '000001' : '000000' };
const refused = await emailVerificationSubmitCode(id, guess, options);
if (refused.status !== 422) throw new Error(`The wrong code is answered with ${refused.status}`);
const problem = refused.data;
if (problem.code !== 'wrong-code') throw new Error(`The wrong code is answered with ${problem.code}`);
const { attemptsLeft, session } = problem;
export const narrowed: Same<typeof problem.code, 'wrong-code'> = true;
export const left: Same<typeof attemptsLeft, number | undefined> = true;
// @ts-expect-error only some sessions have this member
export const unknown = session?.canResendAt;
if (session?.workflow !== 'email-verification') throw new Error('The problem has no session');
const { email: masked } = session.data;

const verified = await emailVerificationSubmitCode(id, { code }, options);
if (verified.status !== 200) throw new Error(verified.data.detail);

const read = await emailVerificationRead(id, options);
const token = read.status === 200 ? (read.data.result?.token ?? '') : '';

const { outcome } = verified.data;
console.log(JSON.stringify({ state, attemptsLeft, masked, outcome, token: token.split('.').length }));
