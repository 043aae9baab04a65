/** The product's figures, copied by hand from its description, so that a typing error in the policy shows here. */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

const figures = {
  codeLifetimeMs: 40 * minute,
  setUpResendCooldownMs: 90 * second,
  resendCooldownMs: 60 * second,
  sessionLifetimeMs: 24 * hour,
  resultLifetimeMs: 15 * minute,
  linkLifetimeMs: 10 * minute,
  confirmationsPerGrant: 5,
  guessesPerCode: 5,
  sendsPerCode: 5,
  codesPerSession: 5,
  credentialsPerSession: 5,
  passkeySessionMs: 10 * minute,
  proofsPerSession: 5,
  noticeIntervalMs: hour,
};

/** The figures that the promises name. */
export type Facts = Readonly<typeof figures>;

/** @param others figures of a deployment that differ from the product's */
export function factsOf(others: Partial<Facts> = {}): Facts {
  return { ...figures, ...others };
}
