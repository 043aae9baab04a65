/** Mutants that nobody could tell from the sound version: a pattern of their names, and the reason. */
export const equivalents: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  {
    pattern: / (note(Report|NotSent|Trust|TrustedDevice|Request|Grant|Overdue|Failure|Link)|forget(Failure|Number|Link)) twice$/,
    reason: 'it sets what it has set already',
  },
  { pattern: / (switchChannel|takeNumber|takeChannel|sendAway|noLongerAway) twice$/, reason: 'it sets what it has set already' },
  { pattern: / (notifyOwner|forgetWrongCodes|trustDevice) twice( \(2\))?$/, reason: 'what is still to be done is not done twice' },
  {
    pattern: /^account-change: confirming\.expired: REQUEST_NEW_CODE 0 led to confirming$/,
    reason: 'confirming does nothing of its own, and begins with a new code',
  },
  {
    pattern: /^step\.ts, if \(status !== 'active'\) return \[\];: status !== 'active' becomes false$/,
    reason: 'XState itself finds that a final state takes nothing',
  },
  {
    pattern: /^step\.ts, const stopped = tasks\.filter\(\(task\) => task\.id === id && !task\.detached\);: && becomes \|\|$/,
    reason: 'a machine waits for one task at a time',
  },
  { pattern: /^step\.ts, effect satisfies never;/, reason: 'for the compiler alone' },
];
