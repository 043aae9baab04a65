/** Mutants that nobody could tell from the sound version: a pattern of their names, and the reason. */
export const equivalents: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  {
    pattern: / (noteReport|noteNotSent|forgetFailure|switchChannel|takeNumber|forgetNumber|takeChannel|noteTrust|noteTrustedDevice) twice$/,
    reason: 'it sets what it has set already',
  },
  { pattern: / notifyOwner twice$/, reason: 'what is still to be sent is not sent twice' },
  {
    pattern: /^step\.ts, if \(status !== 'active'\) return \[\];: status !== 'active' becomes false$/,
    reason: 'XState itself finds that a final state takes nothing',
  },
  {
    pattern: /^step\.ts, tasks = tasks\.filter\(\(task\) => task\.id !== effect\.id \|\| task\.detached\);: \|\| becomes &&$/,
    reason: 'a machine waits for one task at a time',
  },
  {
    pattern: /^step\.ts, tasks = tasks\.filter\(\(task\) => task\.id !== effect\.id \|\| task\.detached\);: \|\| becomes &&$/,
    reason: 'a machine waits for one task at a time',
  },
  { pattern: /^step\.ts, effect satisfies never;/, reason: 'for the compiler alone' },
];
