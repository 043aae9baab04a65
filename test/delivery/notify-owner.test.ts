/** Notices to the owner of an account: which are sent, to which address, and which wait. */
import { describe, expect, test } from 'vitest';
import type { NoticeMessage, Provider } from '../../src/delivery/message.ts';
import { notifyOwner } from '../../src/delivery/notify-owner.ts';
import { claimLost, type TaskAttempt } from '../../src/engine/ports.ts';
import { accountNotices } from '../../src/modules/accounts/notices.ts';

const now = 10_000;
interface Owner {
  readonly email: string;
  readonly locale: string | null;
  readonly blockedUntil: number | null;
}

const owner: Owner = { email: 'new@example.com', locale: 'fr', blockedUntil: null };

interface NoticeCase {
  readonly of?: Owner | null;
  readonly attack?: number | null;
  readonly budget?: number | null;
  readonly only?: number | null;
  readonly hasProvider?: boolean;
  /** The unlock link; null if the account is no longer locked. */
  readonly link?: string | null;
  readonly isClaimed?: boolean;
}

async function notify(
  input: object,
  { of = owner, attack = null, budget = null, only = null, hasProvider = true, link = null, isClaimed = true }: NoticeCase = {},
  personal = {},
) {
  const sent: NoticeMessage[] = [];
  const drawn: string[] = [];
  const spending = (name: string, until: number | null) => async (kind: string, accountId: string, key: string) => {
    drawn.push(`${name} ${kind} ${accountId} ${key}`);
    return until === null ? null : { until };
  };
  const provider: Provider = {
    name: 'mail',
    send: async (message) => {
      if (message.kind === 'notice') sent.push(message);
      return { outcome: 'accepted' };
    },
    close: async () => {},
  };
  const handler = notifyOwner({
    notices: accountNotices,
    ownerOf: async () => of,
    provider: () => (hasProvider ? provider : null),
    render: () => ({ subject: null, text: '', html: null, language: 'en' }),
    spendAttack: spending('attack', attack),
    spendOnly: spending('only', only),
    spend: spending('notices', budget),
    lock: {
      link: async () => link,
      told: async ({ key }) => {
        drawn.push(`told ${key}`);
      },
    },
    now: () => now,
  });
  const attempt: TaskAttempt = {
    sessionId: 's',
    workflow: 'account-change',
    version: 1,
    keyId: 'k',
    parent: null,
    key: 's.1',
    generation: 1,
    attempt: 1,
    input,
    createdAt: 5_000,
    personal: { accountId: 'jane', email: 'old@example.com', locale: 'de', ...personal },
    deadlines: {},
  };
  return { result: await handler.run(attempt, AbortSignal.abort(), () => isClaimed || Promise.resolve(false)), sent, drawn };
}

test('a notice whose claim was lost is left to the process that has it', async () => {
  const { result, sent } = await notify({ notice: 'account-changed' }, { isClaimed: false });
  expect([result, sent]).toEqual([claimLost, []]);
});

describe('a notice of a lock', () => {
  const lock = { notice: 'password-locked' };
  const of = { accountId: 'john', lockedAccount: 'jane', lockedCount: 'count' };

  test('goes to the owner of the locked account with a link, and then counts as sent', async () => {
    const { sent, drawn, result } = await notify(lock, { link: 'https://verify.example/unlock?token=x' }, of);
    expect(result).toEqual({ outcome: 'done' });
    expect(sent).toMatchObject([{ to: 'new@example.com', notice: 'password-locked', link: 'https://verify.example/unlock?token=x' }]);
    expect(drawn).toEqual(['attack password-locked jane s.1', 'notices password-locked jane s.1', 'told s.1']);
  });

  test('goes to no address if there is no account, and counts as sent all the same', async () => {
    const { sent, drawn } = await notify(lock, { of: null }, of);
    expect([sent, drawn]).toEqual([[], ['told s.1']]);
  });

  test('is not for the owner of the account that the session is of', async () => {
    const { drawn } = await notify({ notice: 'wrong-code' }, {}, of);
    expect(drawn).toEqual(['attack wrong-code john s.1', 'notices wrong-code john s.1']);
  });

  test('goes to no address if the lock is gone', async () => {
    const { sent, result } = await notify(lock, { link: null }, of);
    expect([sent, result]).toEqual([[], { outcome: 'done' }]);
  });

  test('counts as sent if the owner was told of another lock within the hour: without an account, guesses are refused by then too', async () => {
    const { sent, drawn, result } = await notify(lock, { link: 'https://verify.example/unlock?token=x', attack: 20_000 }, of);
    expect([sent, drawn, result]).toEqual([[], ['attack password-locked jane s.1', 'told s.1'], { outcome: 'done' }]);
  });

  test('does not count as sent while it waits', async () => {
    const { drawn, result } = await notify(lock, { link: 'https://verify.example/unlock?token=x', budget: 20_000 }, of);
    expect(result).toMatchObject({ outcome: 'retry' });
    expect(drawn).not.toContain('told s.1');
  });
});

describe('a notice about a removed link', () => {
  const removed = { notice: 'link-removed', link: 'l' };

  test('takes the only place in that link’s budget', async () => {
    const { sent, drawn } = await notify(removed);
    expect(sent).toMatchObject([{ notice: 'link-removed' }]);
    expect(drawn).toEqual(['only link-removed l s.1', 'notices link-removed jane s.1']);
  });

  test('is withheld after another notice about that link', async () => {
    const { sent, drawn, result } = await notify(removed, { only: 20_000 });
    expect([sent, drawn, result]).toEqual([[], ['only link-removed l s.1'], { outcome: 'done' }]);
  });
});

describe('a notice', () => {
  test.each([
    [{ notice: 'email-changed', at: 'former' }, 'old@example.com'],
    [{ notice: 'email-changed', at: 'present' }, 'new@example.com'],
    [{ notice: 'email-changed' }, 'new@example.com'],
  ])('goes to its address: %j', async (input, to) => {
    const { sent, result, drawn } = await notify(input);
    expect(result).toEqual({ outcome: 'done' });
    expect(sent).toMatchObject([
      { to, notice: 'email-changed', key: 's.1', locale: 'fr', at: 5_000, code: null, instead: null, agent: null },
    ]);
    expect(drawn).toEqual(['notices email-changed jane s.1']);
  });

  test('is in the language of the session if the account has none, and names the agent', async () => {
    const { sent } = await notify(
      { notice: 'support-requested' },
      { of: { ...owner, locale: null } },
      { agent: 'Sam', reason: 'You wrote' },
    );
    expect(sent).toMatchObject([{ locale: 'de', agent: 'Sam', reason: 'You wrote' }]);
  });

  test('waits for room in its budget, exactly until there is some, and is not lost', async () => {
    const { result, sent } = await notify({ notice: 'phone-changed' }, { budget: now + 3_600_000 });
    expect([result, sent]).toEqual([expect.objectContaining({ outcome: 'retry', retryAfterMs: 3_600_000 }), []]);
  });

  test('goes to no address if there is no account', async () => {
    expect(await notify({ notice: 'phone-changed' }, { of: null })).toEqual({ result: { outcome: 'done' }, sent: [], drawn: [] });
    expect(await notify({ notice: 'phone-changed' }, {}, { accountId: undefined })).toEqual({
      result: { outcome: 'done' },
      sent: [],
      drawn: [],
    });
  });

  test('fails if no provider sends mails', async () => {
    expect((await notify({ notice: 'phone-changed' }, { hasProvider: false })).result).toMatchObject({ outcome: 'failed' });
  });
});

describe('a notice of an attack', () => {
  test.each([null, 5_000, 4_999])(
    'reports a wrong code, unless that blocked the account’s codes (blocked until %j)',
    async (blockedUntil) => {
      const { sent, drawn } = await notify({ notice: 'wrong-code' }, { of: { ...owner, blockedUntil } });
      expect(sent).toMatchObject([{ notice: 'wrong-code' }]);
      expect(drawn).toEqual(['attack wrong-code jane s.1', 'notices wrong-code jane s.1']);
    },
  );

  test('reports that codes are refused from then on', async () => {
    const { sent, drawn } = await notify({ notice: 'wrong-code' }, { of: { ...owner, blockedUntil: 5_001 } });
    expect(sent).toMatchObject([{ notice: 'codes-blocked' }]);
    expect(drawn).toEqual(['attack codes-blocked jane s.1', 'notices codes-blocked jane s.1']);
    expect((await notify({ notice: 'new-device' }, { of: { ...owner, blockedUntil: 5_001 } })).sent).toMatchObject([
      { notice: 'new-device' },
    ]);
  });

  test('is dropped if the owner was told of the same kind a short while ago, and takes no place of another one', async () => {
    const { result, sent, drawn } = await notify({ notice: 'wrong-code' }, { attack: now + 1 });
    expect([result, sent, drawn]).toEqual([{ outcome: 'done' }, [], ['attack wrong-code jane s.1']]);
  });

  test('is the only kind that is dropped', async () => {
    for (const notice of [
      'new-device',
      'email-changed',
      'phone-changed',
      'password-changed',
      'support-requested',
      'support-granted',
      'support-ended',
    ])
      expect((await notify({ notice }, { attack: now + 1 })).sent).toHaveLength(1);
  });
});
