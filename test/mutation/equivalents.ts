/** Mutants that nobody could tell from the sound version; by name, with the reason. */
export const equivalents: Readonly<Record<string, string>> = {
  'email-verification: resendCooldownMs a second more': 'the figure of logins: a set-up has its own',
  'email-verification: resendCooldownMs a second less': 'the figure of logins: a set-up has its own',
  'email-verification: resultLifetimeMs a second more': 'no figure of a machine: the drives over HTTP hold results to it',
  'email-verification: resultLifetimeMs a second less': 'no figure of a machine: the drives over HTTP hold results to it',
  "step.ts, if (status !== 'active') return [];: status !== 'active' becomes false": 'XState itself finds that a final state takes nothing',
  'step.ts, effect satisfies never;: effect satisfies never; becomes nothing': 'for the compiler alone',
};
