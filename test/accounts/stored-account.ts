/** An account as the store returns it, with a verified address and without changes. */
import type { StoredAccount } from '../../src/accounts/account.ts';
import type { PersonalVault } from '../../src/secrets/personal-vault.ts';

interface Described {
  readonly id: string;
  readonly email: string;
  readonly passwordHash?: string;
  readonly at: number;
}

export function storedAccount(vault: PersonalVault, { id, email, passwordHash = '', at }: Described): StoredAccount {
  return {
    id,
    sealed: vault.seal(id, { email }),
    passwordHash,
    passwordVersion: 1,
    emailVerified: true,
    phoneVerified: false,
    blockedUntil: null,
    closedChannels: [],
    changes: 0,
    keptLogin: null,
    createdAt: at,
    updatedAt: at,
  };
}
