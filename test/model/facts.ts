/** The product's figures, copied by hand from its description, so that a typing error in the policy shows here. */
import type { Policy } from '../support/policy.ts';
import type { GuardedStates, Permission } from './guarded-states.ts';
import type { Facts } from './observation.ts';

const second = 1000;
const minute = 60 * second;

const correctCode: Permission = { by: 'correct code' };

const byMoves = (...labels: readonly string[]): readonly Permission[] => labels.map((label) => ({ by: 'move', label }));

/** The states of a set-up after the verified address, and those after the number was verified or skipped. */
const afterPhone = ['linking', 'authorizing', 'confirmingLink', 'exchangingGrant', 'creatingAccount', 'complete'];
const afterEmail = ['verifyingPhone', ...afterPhone];

const guardedBySetUp: readonly GuardedStates[] = [
  { states: afterEmail, enteredBy: byMoves('verifyEmail ends as verified') },
  { states: afterPhone, enteredBy: byMoves('verifyPhone ends as verified', 'CONTINUE_WITHOUT_PHONE') },
  { states: ['confirmingLink', 'exchangingGrant', 'exchangeGrant'], enteredBy: byMoves('PROVIDER_RETURNED (answer: granted)') },
  { states: ['exchangingGrant', 'exchangeGrant'], enteredBy: byMoves('CONFIRM_LINK (correct: true)') },
  {
    states: ['creatingAccount', 'createAccount', 'complete'],
    enteredBy: byMoves('SKIP_LINK', 'exchangeGrant ends as linked'),
  },
  { states: ['complete'], enteredBy: byMoves('createAccount ends as created') },
];

const guardedByChange: readonly GuardedStates[] = [
  { states: ['verifyingDestination', 'verifyDestination', 'applying', 'applyChange', 'applied'], enteredBy: [correctCode] },
  {
    states: ['applying', 'applyChange', 'applied'],
    // A new password needs no verification.
    enteredBy: [{ by: 'correct code', when: { kind: 'password' } }, ...byMoves('verifyDestination ends as verified')],
  },
  { states: ['applied'], enteredBy: byMoves('applyChange ends as applied') },
];

/** A new code is valid for forty minutes. */
const newCode = { delay: 'codeLifetime', lastsMs: 40 * minute };

const countsOfCodes = ['wrongGuesses', 'sendsOfCode', 'codesIssued'] as const;

/** The success of each workflow, its cool-down, and the channels of its codes. */
const workflows: Readonly<
  Record<
    string,
    Pick<Facts, 'success' | 'guarded' | 'channel' | 'asksFor' | 'renews' | 'counts'> & {
      setUp: boolean;
      asksForPermission?: true;
      isSetUp?: true;
      isChange?: true;
      ends?: Facts['ends'];
    }
  >
> = {
  'email-verification': {
    success: 'verified',
    guarded: [{ states: ['verified'], enteredBy: [correctCode] }],
    channel: 'email',
    asksFor: 'nothing',
    setUp: true,
    renews: { REQUEST_NEW_CODE: newCode, CHANGE_EMAIL: newCode },
    counts: countsOfCodes,
  },
  'phone-verification': {
    success: 'verified',
    guarded: [{ states: ['verified'], enteredBy: [correctCode] }],
    channel: null,
    asksFor: 'number',
    setUp: true,
    renews: { REQUEST_NEW_CODE: newCode, PROVIDE_NUMBER: newCode },
    counts: countsOfCodes,
  },
  'support-access': {
    success: 'granted',
    guarded: [{ states: ['granted'], enteredBy: [{ by: 'event', type: 'GRANT', sender: 'owner', secondFactor: true }] }],
    channel: null,
    asksFor: 'nothing',
    setUp: false,
    asksForPermission: true,
    renews: {
      'GRANT (minutes: 15)': { delay: 'timeGranted', lastsMs: 15 * minute },
      'GRANT (minutes: 1440)': { delay: 'timeGranted', lastsMs: 24 * 60 * minute },
    },
    counts: [],
  },
  'account-setup': {
    success: 'complete',
    guarded: guardedBySetUp,
    channel: null,
    asksFor: 'nothing',
    setUp: true,
    isSetUp: true,
    ends: [
      { end: 'verifyEmail fails', state: 'abandoned' },
      { end: 'verifyEmail ends as abandoned', state: 'cancelled' },
      { end: 'verifyPhone fails', state: 'abandoned' },
      { end: 'verifyPhone ends as abandoned', state: 'cancelled' },
      { end: 'exchangeGrant fails', state: 'linking', knows: { linkFailure: 'unavailable' } },
      { end: 'exchangeGrant ends as linked', state: 'creatingAccount', knows: { linked: true } },
      // Once the account exists, the set-up completes, even if its time was over.
      { end: 'createAccount ends as created', state: 'complete' },
      { end: 'createAccount ends as taken', when: { overdue: true }, state: 'abandoned' },
      { end: 'createAccount ends as link-taken', when: { overdue: true }, state: 'abandoned' },
      { end: 'createAccount ends as link-taken', when: { overdue: false }, state: 'linking', knows: { linked: false } },
    ],
    renews: { LINK_ACCOUNT: { delay: 'linkLifetime', lastsMs: 10 * minute } },
    counts: ['wrongLinkValues'],
  },
  'account-change': {
    success: 'applied',
    guarded: guardedByChange,
    channel: null,
    asksFor: 'confirmation',
    setUp: false,
    isChange: true,
    ends: [
      { end: 'verifyDestination fails', state: 'abandoned' },
      { end: 'verifyDestination ends as abandoned', state: 'cancelled' },
      { end: 'applyChange ends as applied', state: 'applied' },
      { end: 'applyChange ends as taken', state: 'denied' },
      { end: 'applyChange ends as superseded', state: 'denied' },
    ],
    renews: { REQUEST_NEW_CODE: newCode },
    counts: countsOfCodes,
  },
  'login-verification': {
    success: 'authenticated',
    guarded: [{ states: ['authenticated'], enteredBy: [correctCode, { by: 'trusted device' }] }],
    channel: null,
    asksFor: 'credentials',
    setUp: false,
    renews: { REQUEST_NEW_CODE: newCode, SUBMIT_CREDENTIALS: newCode },
    counts: [...countsOfCodes, 'wrongCredentials'],
  },
};

type Figures = Omit<
  Facts,
  'success' | 'guarded' | 'channel' | 'asksFor' | 'asksForPermission' | 'isSetUp' | 'isChange' | 'ends' | 'renews' | 'counts'
> &
  Pick<Policy, 'setUpResendCooldownMs'>;

const figures: Figures = {
  codeLifetimeMs: 40 * minute,
  setUpResendCooldownMs: 90 * second,
  resendCooldownMs: 60 * second,
  sessionLifetimeMs: 24 * 60 * minute,
  resultLifetimeMs: 15 * minute,
  linkLifetimeMs: 10 * minute,
  confirmationsPerGrant: 5,
  guessesPerCode: 5,
  sendsPerCode: 5,
  codesPerSession: 5,
  credentialsPerSession: 5,
  longestGrantMs: 24 * 60 * minute,
};

/** @param others figures of a deployment that differ from the product's @throws Error for a workflow without facts */
export function factsOf(workflow: string, others: Partial<Figures> = {}): Facts {
  const kind = workflows[workflow];
  if (!kind) throw new Error(`Nobody has told the oracle what '${workflow}' promises: add its facts`);
  const stated = { ...figures, ...others };
  return {
    ...stated,
    success: kind.success,
    guarded: kind.guarded,
    channel: kind.channel,
    asksFor: kind.asksFor,
    asksForPermission: kind.asksForPermission ?? false,
    isSetUp: kind.isSetUp ?? false,
    isChange: kind.isChange ?? false,
    ends: kind.ends ?? [],
    renews: kind.renews,
    counts: kind.counts,
    resendCooldownMs: kind.setUp ? stated.setUpResendCooldownMs : stated.resendCooldownMs,
  };
}
