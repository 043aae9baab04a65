/** Mutants without an observable difference to the original: a pattern of their names, and the reason. */
export const equivalents: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  {
    pattern:
      / (note(Report|NotSent|Trust|TrustedDevice|Request|Grant|Overdue|Failure|Link|Channel|Key|Factor)|forget(Failure|Number|Link|WrongValues|Proofs|Confirmation)|throttle) twice$/,
    reason: 'it sets what it has set already',
  },
  {
    pattern: / (switchChannel|takeNumber|takeChannel|takeChosenChannel|goToProvider|backFromProvider) twice$/,
    reason: 'it sets what it has set already',
  },
  {
    pattern: / (notifyOwner|forgetWrongCodes|rememberNetwork|trustDevice) twice( \(2\))?$/,
    reason: 'what is still to be done is not done twice',
  },
  {
    pattern:
      /^(account-change|passkey-registration): confirming\.(expired: REQUEST_NEW_CODE 0|provingFactor: CHOOSE_FACTOR 1) led to confirming$/,
    reason: 'confirming does nothing of its own, and begins with a new code',
  },
  {
    pattern: /^passkey-registration: confirming\.provingFactor: (PROVE_FACTOR \d+ without noteFactor|exit forgetProofs dropped)$/,
    reason: 'the enrolment forgets how it was confirmed, and no answer says it',
  },
  {
    pattern: /^step\.ts, if \(status !== 'active'\) return \[\];: status !== 'active' becomes false$/,
    reason: 'XState itself finds that a final state takes nothing',
  },
];
