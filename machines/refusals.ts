/** The refusals of all machines: each code, with the delay after which the same event would not be refused for this reason. */
import type { Refusal } from './workflow.ts';

/** The action that refuses an event. */
const refusal = <const Params extends Refusal>(params: Params) => ({ type: 'refuse', params }) as const;

/** The refusals of the verification of an address or a number. */
const ofCodes = {
  /** The account or the destination refuses guesses, whatever code is entered. */
  blocked: refusal({ code: 'too-many-attempts' }),
  codeExpired: refusal({ code: 'code-expired' }),
  codeLimit: refusal({ code: 'code-limit', until: 'sessionLifetime' }),
  codeLocked: refusal({ code: 'too-many-attempts', until: 'codeLifetime' }),
  codeStillValid: refusal({ code: 'code-still-valid', until: 'codeLifetime' }),
  landlineNeedsVoice: refusal({ code: 'landline-needs-voice' }),
  resendTooSoon: refusal({ code: 'resend-too-soon', until: 'resendCooldown' }),
  sameDestination: refusal({ code: 'same-destination' }),
  sendLimit: refusal({ code: 'send-limit', until: 'codeLifetime' }),
  wrongCode: refusal({ code: 'wrong-code' }),
} as const;

const ofAccounts = {
  accountChanged: refusal({ code: 'account-changed' }),
  invalidCredentials: refusal({ code: 'invalid-credentials' }),
  wrongLinkValue: refusal({ code: 'wrong-link-value' }),
} as const;

/** The refusals of answers that prove or enrol a factor. */
const ofFactors = {
  clonedCredential: refusal({ code: 'cloned-credential' }),
  factorChanged: refusal({ code: 'factor-changed' }),
  factorTooWeak: refusal({ code: 'factor-too-weak' }),
  foreignCredential: refusal({ code: 'foreign-credential' }),
  noSuchFactor: refusal({ code: 'no-such-factor' }),
  unknownCredential: refusal({ code: 'unknown-credential' }),
  wrongFactor: refusal({ code: 'wrong-factor' }),
} as const;

export const refusals = { ...ofCodes, ...ofAccounts, ...ofFactors } as const;

/** The parameters of the action `refuse`, in a machine that knows no account. */
export type CodeRefusal = (typeof ofCodes)[keyof typeof ofCodes]['params'];

/** The parameters of the action `refuse`, in the machines of this table. */
export type MachineRefusal = (typeof refusals)[keyof typeof refusals]['params'];
