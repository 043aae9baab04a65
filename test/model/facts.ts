/** The product's figures as its description states them, written down a second time on purpose: a typing error in the policy shows here. */
import type { Policy } from '../../machines/policy.ts';
import type { Facts } from './oracle.ts';

const second = 1000;
const minute = 60 * second;

/** What each workflow leads to, and which waiting time holds for it. */
const workflows: Readonly<Record<string, { success: string; setUp: boolean }>> = {
  'email-verification': { success: 'verified', setUp: true },
};

const figures: Policy = {
  codeLifetimeMs: 40 * minute,
  setUpResendCooldownMs: 90 * second,
  resendCooldownMs: 60 * second,
  sessionLifetimeMs: 24 * 60 * minute,
  resultLifetimeMs: 15 * minute,
  guessesPerCode: 5,
  sendsPerCode: 5,
  codesPerSession: 5,
};

/**
 * @param policy the figures of a deployment that has its own
 * @throws Error for a workflow that nobody has stated the facts of
 */
export function factsOf(workflow: string, policy: Policy = figures): Facts {
  const kind = workflows[workflow];
  if (!kind) throw new Error(`Nobody has told the oracle what '${workflow}' promises: add its facts`);
  return { ...policy, success: kind.success, resendCooldownMs: kind.setUp ? policy.setUpResendCooldownMs : policy.resendCooldownMs };
}
