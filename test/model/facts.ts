/** The product's figures as its description states them, written down a second time on purpose: a typing error in the policy shows here. */
import type { Policy } from '../support/policy.ts';
import type { Facts } from './testimony.ts';

const second = 1000;
const minute = 60 * second;

/** What each workflow leads to, which waiting time holds for it, and how its codes are sent. */
const workflows: Readonly<
  Record<
    string,
    Pick<Facts, 'success' | 'channel' | 'asksFor'> & {
      setUp: boolean;
      isAboutLeave?: true;
      isSetUp?: true;
      isChange?: true;
      ends?: Facts['ends'];
      causes?: Facts['causes'];
      renews?: Facts['renews'];
    }
  >
> = {
  'email-verification': { success: 'verified', channel: 'email', asksFor: 'nothing', setUp: true },
  'phone-verification': { success: 'verified', channel: null, asksFor: 'number', setUp: true },
  'support-access': { success: 'none', channel: null, asksFor: 'nothing', setUp: false, isAboutLeave: true },
  'account-setup': {
    success: 'none',
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
      // An account that is there is never denied, however late it came to be.
      { end: 'createAccount ends as created', state: 'complete' },
      { end: 'createAccount ends as taken', when: { overdue: true }, state: 'abandoned' },
      { end: 'createAccount ends as link-taken', when: { overdue: true }, state: 'abandoned' },
      { end: 'createAccount ends as link-taken', when: { overdue: false }, state: 'linking', knows: { linked: false } },
    ],
    causes: {
      exchangeGrant: ['CONFIRM_LINK (right: true)'],
      createAccount: ['SKIP_LINK', 'exchangeGrant ends as linked'],
      complete: ['createAccount ends as created'],
    },
    renews: { LINK_ACCOUNT: { delay: 'linkLifetime', lastsMs: 10 * minute } },
  },
  'account-change': {
    success: 'confirmed',
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
    causes: {
      verifyDestination: ['SUBMIT_CODE (correct: true)'],
      applyChange: ['SUBMIT_CODE (correct: true)', 'verifyDestination ends as verified'],
      applied: ['applyChange ends as applied'],
    },
  },
  'login-verification': { success: 'authenticated', channel: null, asksFor: 'credentials', setUp: false },
};

type Figures = Omit<Facts, 'success' | 'channel' | 'asksFor' | 'isAboutLeave' | 'isSetUp' | 'isChange' | 'ends' | 'causes' | 'renews'> &
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

/**
 * @param others figures of a deployment that has its own
 * @throws Error for a workflow that nobody has stated the facts of
 */
export function factsOf(workflow: string, others: Partial<Figures> = {}): Facts {
  const kind = workflows[workflow];
  if (!kind) throw new Error(`Nobody has told the oracle what '${workflow}' promises: add its facts`);
  const stated = { ...figures, ...others };
  return {
    ...stated,
    success: kind.success,
    channel: kind.channel,
    asksFor: kind.asksFor,
    isAboutLeave: kind.isAboutLeave ?? false,
    isSetUp: kind.isSetUp ?? false,
    isChange: kind.isChange ?? false,
    ends: kind.ends ?? [],
    causes: kind.causes ?? {},
    renews: kind.renews ?? {},
    resendCooldownMs: kind.setUp ? stated.setUpResendCooldownMs : stated.resendCooldownMs,
  };
}
