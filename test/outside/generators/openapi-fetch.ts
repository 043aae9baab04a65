/** A person verifies an address, through a client made of the types of openapi-typescript and openapi-fetch. */
import createClient from 'openapi-fetch';
import type { Same } from './same.ts';
import type { components, paths } from './schema.js';

type Schemas = components['schemas'];

// A value that may be null or absent stays so.
export const nullable: Same<Schemas['EmailVerification']['canResendAt'], string | null> = true;
export const nullableChoice: Same<Schemas['EmailVerification']['outcome'], 'verified' | 'cancelled' | 'abandoned' | null> = true;
export const optional: Same<Schemas['EmailVerificationStartBody']['locale'], string | undefined> = true;

// The kind of a change decides which members belong to it.
export const change: Schemas['AccountChangeStartBody']['change'] = { kind: 'email', email: 'jane@example.com' };
// @ts-expect-error an address changes to an address
export const wrongChange: Schemas['AccountChangeStartBody']['change'] = { kind: 'email', phone: '+14155550132' };

const [url = '', email = ''] = process.argv.slice(2);
const { GET, POST } = createClient<paths>({ baseUrl: url });

const started = await POST('/v1/email-verifications', { body: { email, device: { name: 'Laptop' } } });
if (!started.data) throw new Error(started.error.detail);
const { id, state, sessionToken } = started.data;
const headers = { Authorization: `Bearer ${sessionToken}` };

const inbox = await GET('/sandbox/messages', { params: { query: { to: email } } });
const code = inbox.data?.messages[0]?.code ?? '';

const guess = { code: code === '000000' ? '000001' : '000000' };
const refused = await POST('/v1/email-verifications/{id}/submit-code', { params: { path: { id } }, headers, body: guess });
const problem = refused.error;
if (problem?.code !== 'wrong-code') throw new Error(`The wrong code is answered with ${problem?.code}`);
const { attemptsLeft, session } = problem;
export const narrowed: Same<typeof problem.code, 'wrong-code'> = true;
export const left: Same<typeof attemptsLeft, number | undefined> = true;
// @ts-expect-error only some sessions have this member
export const unknown = session?.canResendAt;
if (session?.workflow !== 'email-verification') throw new Error('The problem has no session');
const { email: masked } = session.data;

const verified = await POST('/v1/email-verifications/{id}/submit-code', { params: { path: { id } }, headers, body: { code } });
if (!verified.data) throw new Error(verified.error.detail);

const read = await GET('/v1/email-verifications/{id}', { params: { path: { id } }, headers });
const token = read.data?.result?.token ?? '';

const { outcome } = verified.data;
console.log(JSON.stringify({ state, attemptsLeft, masked, outcome, token: token.split('.').length }));
