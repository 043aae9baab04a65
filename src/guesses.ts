/** The counts of code guesses: at destinations, and at accounts for codes that follow a right password or a login. */
import type { Policy } from '../machines/policy.ts';
import { CodeGuesses } from './resolvers/code-guesses.ts';
import type { Keyring } from './secrets/keyring.ts';
import type { Store } from './store/store.ts';

export interface Guesses {
  readonly atDestinations: CodeGuesses;
  readonly atAccounts: CodeGuesses;
}

interface GuessesParts {
  readonly policy: Policy;
  readonly store: Pick<Store, 'guesses'>;
  readonly keyring: Keyring;
}

export function openGuesses({ policy, store, keyring }: GuessesParts): Guesses {
  const counted = {
    store: store.guesses,
    hashes: (parts: readonly string[]) => keyring.ids.map((id) => keyring.mac(id, 'guess', parts).toString('base64url')),
  };
  const day = {
    windowMs: policy.wrongCodesWindowMs,
    perDay: policy.throttledCodesPerDay,
    perNetwork: policy.throttledCodesPerNetwork,
  };
  return {
    atDestinations: new CodeGuesses({
      ...counted,
      limits: {
        names: { day: 'guesses', network: 'guesses-network', closed: 'guesses-closed' },
        ...day,
        wrong: policy.wrongCodesPerDestination,
        failures: policy.failuresPerDestination,
      },
    }),
    // An account closes its own channels, until the owner has proved another one.
    atAccounts: new CodeGuesses({
      ...counted,
      limits: {
        names: { day: 'account-guesses', network: 'account-guesses-network', closed: 'account-guesses' },
        ...day,
        wrong: policy.wrongCodesPerAccount,
        failures: 0,
      },
    }),
  };
}
