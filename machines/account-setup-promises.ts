/** The promises of account set-up: what is verified next, what links an account elsewhere, and when there is an account. */
import type { DecisionTable, Promises } from './promises.ts';

const isActive = { ended: null } as const;
const createAccount = 'createAccount';

const linked = { task: 'exchangeGrant', outcome: 'linked' } as const;

/** The states and tasks after the verified address, and those after the number was verified or skipped. */
const afterPhone = ['linking', 'authorizing', 'confirmingLink', 'exchangingGrant', 'creatingAccount', 'complete'] as const;
const afterEmail = ['verifyingPhone', ...afterPhone] as const;

const entries = [
  { states: afterEmail, by: [{ task: 'verifyEmail', outcome: 'verified' }] },
  { states: afterPhone, by: [{ task: 'verifyPhone', outcome: 'verified' }, { event: 'CONTINUE_WITHOUT_PHONE' }] },
  {
    states: ['confirmingLink', 'exchangingGrant'],
    tasks: ['exchangeGrant'],
    by: [{ event: 'PROVIDER_RETURNED', with: { answer: 'granted' } }],
  },
  { states: ['exchangingGrant'], tasks: ['exchangeGrant'], by: [{ event: 'CONFIRM_LINK', with: { correct: true } }] },
  { states: ['creatingAccount', 'complete'], tasks: [createAccount], by: [{ event: 'SKIP_LINK' }, linked] },
  { states: ['complete'], by: [{ task: createAccount, outcome: 'created' }] },
] as const satisfies Promises['entries'];

const table: DecisionTable = {
  facts: { phase: 'verifyingEmail', awaySince: null, wrongValues: 0, linkFailure: null },
  moments: {
    linkExpiresAt: { after: 'awaySince', lasts: 'linkLifetimeMs' },
    sessionEndsAt: { after: 'start', lasts: 'sessionLifetimeMs' },
  },
  flags: {
    // A link is under way that times out by itself.
    isAway: [{ phase: 'authorizing' }, { phase: 'confirmingLink' }],
    isLinking: [{ phase: 'linking' }, { isAway: true }],
  },
  steps: {
    make: [
      { with: { precondition: null }, ends: 'complete' },
      // Another account has the address by now: as if it had existed from the start.
      { with: { precondition: 'taken' }, set: { phase: 'verifyingEmail' } },
      { with: { precondition: 'link-taken' }, set: { phase: 'linking', linkFailure: 'taken' } },
    ],
  },
  passing: [
    { at: 'linkExpiresAt', when: { isAway: true }, effects: [{ set: { phase: 'linking', linkFailure: 'expired' } }] },
    { at: 'sessionEndsAt', effects: [{ ends: 'abandoned' }] },
  ],
  rules: [
    { on: 'start' },
    { on: 'CANCEL', effects: [{ ends: 'cancelled' }] },
    { on: 'child', with: { outcome: { not: 'verified' } }, effects: [{ ends: 'cancelled' }] },
    { on: 'child', when: { phase: 'verifyingEmail' }, effects: [{ set: { phase: 'verifyingPhone' } }] },
    { on: 'child', effects: [{ set: { phase: 'linking' } }] },
    { on: 'CONTINUE_WITHOUT_PHONE', when: { phase: 'verifyingPhone' }, effects: [{ set: { phase: 'linking' } }] },
    { on: 'SKIP_LINK', when: { isLinking: true }, effects: [{ do: 'make' }] },
    {
      on: 'LINK_ACCOUNT',
      when: { isLinking: true },
      effects: [{ set: { phase: 'authorizing', awaySince: { of: 'now' }, linkFailure: null } }],
    },
    // An agreement alone links no account yet. An error of the provider is no refusal of the person.
    {
      on: 'PROVIDER_RETURNED',
      when: { phase: 'authorizing' },
      with: { answer: 'granted' },
      effects: [{ set: { phase: 'confirmingLink', awaySince: { of: 'now' }, wrongValues: 0 } }],
    },
    {
      on: 'PROVIDER_RETURNED',
      when: { phase: 'authorizing' },
      with: { answer: 'declined' },
      effects: [{ set: { phase: 'linking', linkFailure: 'refused' } }],
    },
    { on: 'PROVIDER_RETURNED', when: { phase: 'authorizing' }, effects: [{ set: { phase: 'linking', linkFailure: 'unavailable' } }] },
    {
      on: 'CONFIRM_LINK',
      when: { phase: 'confirmingLink' },
      with: { correct: true, precondition: 'refused' },
      effects: [{ set: { phase: 'linking', linkFailure: 'refused' } }],
    },
    {
      on: 'CONFIRM_LINK',
      when: { phase: 'confirmingLink' },
      with: { correct: true },
      effects: [{ set: { phase: 'linking', linkFailure: null } }, { do: 'make' }],
    },
    {
      on: 'CONFIRM_LINK',
      when: { phase: 'confirmingLink' },
      refusal: 'wrong-link-value',
      effects: [
        { add: { wrongValues: 1 } },
        { when: { wrongValues: { atLeast: 'confirmationsPerGrant' } }, set: { phase: 'linking', linkFailure: 'unconfirmed' } },
      ],
    },
  ],
  // Without an awaited return, a provider gets no answer that it could use.
  unanswered: ['PROVIDER_RETURNED'],
  shows: {
    state: [{ when: isActive, is: { of: 'phase' } }, { is: { of: 'ended' } }],
    endsAt: [{ when: isActive, is: { of: 'sessionEndsAt' } }, { is: null }],
    isAtProvider: [{ when: { ended: null, phase: 'authorizing' }, is: true }, { is: false }],
    linkExpiresAt: [{ when: { ended: null, isAway: true }, is: { of: 'linkExpiresAt' } }, { is: null }],
    linkFailure: [{ is: { of: 'linkFailure' } }],
  },
  accepts: [
    { event: 'CANCEL' },
    { event: 'CONTINUE_WITHOUT_PHONE', when: { phase: 'verifyingPhone' } },
    { event: 'LINK_ACCOUNT', when: { isLinking: true } },
    { event: 'SKIP_LINK', when: { isLinking: true } },
    { event: 'CONFIRM_LINK', when: { phase: 'confirmingLink' } },
  ],
};

export const accountSetupPromises = {
  endsByItself: true,
  uninterrupted: [createAccount],
  entries,
  deadlines: [
    { delay: 'linkLifetime', lasts: 'linkLifetimeMs', begunBy: [{ event: 'LINK_ACCOUNT' }], leadsTo: 'linking', shownAs: 'linkExpiresAt' },
    // A creation under way may have succeeded already, so its end decides.
    { delay: 'sessionLifetime', lasts: 'sessionLifetimeMs', leadsTo: ['abandoned', 'creatingAccount'], shownAs: 'endsAt' },
  ],
  counts: {
    wrongLinkValues: {
      most: 'confirmationsPerGrant',
      of: { event: 'CONFIRM_LINK', with: { correct: false }, in: 'confirmingLink' },
    },
  },
  taskEnds: [
    { task: 'verifyEmail', leadsTo: 'abandoned' },
    { task: 'verifyEmail', outcome: 'abandoned', leadsTo: 'cancelled' },
    { task: 'verifyPhone', leadsTo: 'abandoned' },
    { task: 'verifyPhone', outcome: 'abandoned', leadsTo: 'cancelled' },
    { task: 'exchangeGrant', leadsTo: 'linking', knows: { linkFailure: 'unavailable' } },
    { task: 'exchangeGrant', outcome: 'linked', leadsTo: 'creatingAccount', knows: { linked: true } },
    // Once the account exists, the set-up completes, even if its time was over.
    { task: createAccount, outcome: 'created', leadsTo: 'complete' },
    { task: createAccount, outcome: 'taken', when: { overdue: true }, leadsTo: 'abandoned' },
    { task: createAccount, outcome: 'link-taken', when: { overdue: true }, leadsTo: 'abandoned' },
    { task: createAccount, outcome: 'link-taken', when: { overdue: false }, leadsTo: 'linking', knows: { linked: false } },
  ],
  success: { outcome: 'complete', lasts: 'resultLifetimeMs' },
  table,
} as const satisfies Promises;
