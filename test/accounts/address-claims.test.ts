/** The account that an address leads to while accounts are created and changed, with claims in the test's memory. */
import { describe, expect, test } from 'vitest';
import type { EmailClaim, StoredAccount } from '../../src/accounts/account.ts';
import { AddressClaims } from '../../src/accounts/address-claims.ts';
import { normaliseEmail } from '../../src/delivery/email-address.ts';
import { PersonalVault } from '../../src/secrets/personal-vault.ts';
import { keyringOf } from '../secrets/keys.ts';
import { storedAccount } from './stored-account.ts';

const t0 = Date.UTC(2026, 0, 1);
const minute = 60_000;
const vault = new PersonalVault(keyringOf('a'));
const address = 'jane@example.com';

const account = (id: string, email: string) => storedAccount(vault, { id, email, at: t0 });

/** @param standing the existing claim; null for none */
function claiming(standing: EmailClaim | null, accounts: readonly StoredAccount[], now: number) {
  const calls: string[] = [];
  const claims = new AddressClaims({
    store: { find: async (id) => accounts.find((each) => each.id === id) ?? null },
    addresses: {
      claim: async (_, { accountId, at }) => standing ?? { accountId, claimedAt: at },
      takeOver: async (_, from, { accountId }) => {
        calls.push(`${accountId} takes over from ${from.accountId}`);
        return true;
      },
      release: async (_, id, changes) => void calls.push(`${id} releases ${changes}`),
    },
    vault,
    emailKeys: (identity) => [identity],
    normaliseEmail,
    now: () => now,
  });
  return { claims, calls };
}

const ofJohn = { accountId: 'john', claimedAt: t0 };

describe('a claim', () => {
  test('is in force if there is no other, or only the account’s own', async () => {
    expect(await claiming(null, [], t0).claims.claim(address, 'jane', 0)).toBe('claimed');
    expect(await claiming({ accountId: 'jane', claimedAt: t0 }, [], t0 + 60 * minute).claims.claim(address, 'jane', 0)).toBe('claimed');
  });

  test('waits five minutes for another one whose account may still be created', async () => {
    for (const accounts of [[], [account('john', 'john@example.com')]]) {
      const early = claiming(ofJohn, accounts, t0 + 5 * minute - 1);
      expect([await early.claims.claim(address, 'jane', 0), early.calls]).toEqual(['pending', []]);
      const late = claiming(ofJohn, accounts, t0 + 5 * minute);
      expect([await late.claims.claim(address, 'jane', 0), late.calls]).toEqual(['claimed', ['jane takes over from john']]);
    }
  });

  test('is refused if another account has the address, however old its claim is', async () => {
    const { claims, calls } = claiming(ofJohn, [account('john', 'JANE@example.com')], t0 + 365 * 24 * 60 * minute);
    expect([await claims.claim(address, 'jane', 0), calls]).toEqual(['taken', []]);
  });
});

describe('a released address', () => {
  test('is free if its account has another address, or does not exist', async () => {
    for (const accounts of [[], [account('jane', 'other@example.com')]]) {
      const { claims, calls } = claiming(null, accounts, t0);
      await claims.giveUp(address, 'jane', 3);
      expect(calls).toEqual(['jane releases 3']);
    }
  });

  test('stays with the account that has it', async () => {
    const { claims, calls } = claiming(null, [account('jane', 'Jane@example.com')], t0);
    await claims.giveUp(address, 'jane', 3);
    expect(calls).toEqual([]);
  });
});
