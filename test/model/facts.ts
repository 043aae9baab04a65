/** The product's figures as its description states them, written down a second time on purpose: a typing error in the policy shows here. */
import type { Policy } from '../../machines/policy.ts';
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
    ends: {
      'verifyEmail fails': { state: 'abandoned' },
      'verifyEmail ends as abandoned': { state: 'cancelled' },
      'verifyPhone fails': { state: 'abandoned' },
      'verifyPhone ends as abandoned': { state: 'cancelled' },
      'exchangeGrant fails': { state: 'linking', knows: { linkFailure: 'unavailable' } },
      // An account that is there is never denied, however late it came to be.
      'createAccount ends as created': { state: 'complete' },
    },
  },
  'account-change': {
    success: 'confirmed',
    channel: null,
    asksFor: 'confirmation',
    setUp: false,
    isChange: true,
    ends: {
      'verifyDestination fails': { state: 'abandoned' },
      'verifyDestination ends as abandoned': { state: 'cancelled' },
      'applyChange ends as applied': { state: 'applied' },
    },
  },
  'login-verification': { success: 'authenticated', channel: null, asksFor: 'credentials', setUp: false },
};

type Figures = Omit<Facts, 'success' | 'channel' | 'asksFor' | 'isAboutLeave' | 'isSetUp' | 'isChange' | 'ends'> &
  Pick<Policy, 'setUpResendCooldownMs'>;

const figures: Figures = {
  codeLifetimeMs: 40 * minute,
  setUpResendCooldownMs: 90 * second,
  resendCooldownMs: 60 * second,
  sessionLifetimeMs: 24 * 60 * minute,
  resultLifetimeMs: 15 * minute,
  linkLifetimeMs: 10 * minute,
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
    ends: kind.ends ?? {},
    resendCooldownMs: kind.setUp ? stated.setUpResendCooldownMs : stated.resendCooldownMs,
  };
}
