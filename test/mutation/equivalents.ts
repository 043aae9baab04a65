/** Mutants without an observable difference to the original: a pattern of their names, and the reason. */
export const equivalents: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  {
    pattern:
      / (note(Report|NotSent|Trust|TrustedDevice|Request|Grant|Overdue|Failure|Link)|forget(Failure|Number|Link|WrongValues)|throttle) twice$/,
    reason: 'it sets what it has set already',
  },
  { pattern: / (switchChannel|takeNumber|takeChannel|goToProvider|backFromProvider) twice$/, reason: 'it sets what it has set already' },
  {
    pattern: / (notifyOwner|forgetWrongCodes|rememberNetwork|trustDevice) twice( \(2\))?$/,
    reason: 'what is still to be done is not done twice',
  },
  {
    pattern: /^account-change: confirming\.expired: REQUEST_NEW_CODE 0 led to confirming$/,
    reason: 'confirming does nothing of its own, and begins with a new code',
  },
  {
    pattern: /^step\.ts, if \(status !== 'active'\) return \[\];: status !== 'active' becomes false$/,
    reason: 'XState itself finds that a final state takes nothing',
  },
];
