/** Factors that an account may use, as the service's demands and the account's factors change. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { PresentFactor } from '../../src/common/factor.ts';
import { FactorOffers } from '../../src/resolvers/factor-offers.ts';
import { SandboxFactor } from '../../src/sandbox/sandbox-factor.ts';
import { newSession } from '../support/new-session.ts';
import { accountWith } from './login-account.ts';

const account = accountWith('+33612345678');
const markers = { marker: async () => null, mark: async () => {} };
const weak: PresentFactor = {
  factor: Object.assign(new SandboxFactor(markers, true), { isSpent: async (_: string, version: string) => version === usedUp }),
  version: '1',
};
const strong: PresentFactor = { factor: new SandboxFactor(markers), version: '1' };

let present: PresentFactor[] = [];
let isDemanded = false;
let usedUp: string | null = null;

const offers = new FactorOffers({
  of: async () => present,
  named: (name) => [weak, strong].find(({ factor }) => factor.name === name)?.factor,
  find: async () => account,
  preferred: async () => null,
  demanded: async () => (isDemanded ? strong.factor.name : null),
  can: () => true,
  isStepUp: (workflow) => workflow === 'a-change',
});

/** The personal details of a session that has asked for the only factor. */
async function asked() {
  const personal = await offers.first(account, undefined, newSession);
  if (personal === null) throw new Error('No factor is asked for');
  return { ...personal, accountId: account.id };
}

describe('the factor of a session', () => {
  beforeEach(() => {
    present = [weak];
    isDemanded = false;
    usedUp = null;
  });

  test('counts while the account has it as it was', async () => {
    const session = await asked();
    expect((await offers.chosen(session))?.name).toBe('sandbox-code');
    present = [{ ...weak, version: '2' }];
    expect(await offers.chosen(session)).toBeNull();
  });

  test('counts after it was used up, because the request that used it up may come again, and not after a removal', async () => {
    const session = await asked();
    present = [];
    expect(await offers.chosen(session)).toBeNull();
    usedUp = '1';
    expect((await offers.chosen(session))?.name).toBe('sandbox-code');
    expect(await offers.chosen({ ...session, factorVersion: '0' })).toBeNull();
    present = [strong];
    isDemanded = true;
    expect(await offers.chosen(session)).toBeNull();
  });

  test('no longer counts once the service demands a stronger one that the account has', async () => {
    const session = await asked();
    present = [strong, weak];
    expect((await offers.chosen(session))?.name).toBe('sandbox-code');
    isDemanded = true;
    expect(await offers.chosen(session)).toBeNull();
    expect(await offers.again(session, newSession)).toMatchObject({ factor: 'sandbox', factors: 'sandbox' });
  });

  test('counts while the account does not have the stronger one, which is enrolled afterwards', async () => {
    const session = await asked();
    isDemanded = true;
    expect((await offers.chosen(session))?.name).toBe('sandbox-code');
    expect((await offers.toEnrol(account.id, newSession))?.name).toBe('sandbox');
  });
});

describe('a code that was sent', () => {
  const accepted = (workflow: string, channel: string) => offers.acceptsCode(account.id, { workflow, context: { channel } });
  beforeEach(() => {
    present = [];
    isDemanded = false;
  });

  test('counts in a login until the account has a factor that the service demands', async () => {
    isDemanded = true;
    expect(await accepted('a-login', 'sms')).toBe(true);
    present = [weak];
    expect(await accepted('a-login', 'email')).toBe(true);
    present = [strong, weak];
    expect(await accepted('a-login', 'sms')).toBe(false);
  });

  test('counts in a change until the account has any factor, if it went to the mailbox', async () => {
    expect(await accepted('a-change', 'email')).toBe(true);
    present = [weak];
    expect(await accepted('a-change', 'email')).toBe(false);
    expect(await accepted('a-change', 'sms')).toBe(true);
    expect(await accepted('a-login', 'email')).toBe(true);
  });
});
