/** The exchange of a grant: once, and only by the process that still has the task. */
import { expect, test } from 'vitest';
import { claimLost, type TaskAttempt } from '../../src/engine/ports.ts';
import { exchangeGrant } from '../../src/linking/exchange-grant.ts';

const attempt: TaskAttempt = {
  sessionId: 's',
  workflow: 'account-setup',
  version: 1,
  keyId: 'k',
  parent: null,
  key: 's.1',
  generation: 1,
  attempt: 1,
  input: {},
  createdAt: 5_000,
  personal: { linkProvider: 'acme', linkState: 'state', linkNonce: 'nonce', linkVerifier: 'verifier', linkQuery: 'code=x&state=state' },
  deadlines: {},
};

interface Case {
  /** True if the process still has the task after the discovery of the provider. */
  readonly isClaimed: boolean;
  readonly isAway?: boolean;
  readonly isRefused?: boolean;
  /** The number of the attempt. */
  readonly number?: number;
}

async function exchanged({ isClaimed, isAway = false, isRefused = false, number = 1 }: Case) {
  const asked: string[] = [];
  const handler = exchangeGrant({
    discover: async (name) => {
      asked.push(`discover ${name}`);
      if (isAway) throw new Error('away');
    },
    exchange: async ({ provider, query }) => {
      asked.push(`exchange ${query} at ${provider}`);
      return isRefused ? null : { issuer: 'https://acme.example', subject: 'jane' };
    },
  });
  const isStillClaimed = async () => {
    asked.push('claim');
    return isClaimed;
  };
  return { result: await handler.run({ ...attempt, attempt: number }, AbortSignal.timeout(1_000), isStillClaimed), asked };
}

test('a code is exchanged right after the claim is confirmed', async () => {
  const { result, asked } = await exchanged({ isClaimed: true });
  expect(asked).toEqual(['discover acme', 'claim', 'exchange code=x&state=state at acme']);
  expect(result).toEqual({
    outcome: 'done',
    output: { outcome: 'linked' },
    personal: { linkIssuer: 'https://acme.example', linkSubject: 'jane' },
  });
});

test('a code whose task another process has taken over is not exchanged', async () => {
  expect(await exchanged({ isClaimed: false })).toEqual({ result: claimLost, asked: ['discover acme', 'claim'] });
});

test('an unavailable provider costs an attempt, and no code', async () => {
  await expect(exchanged({ isClaimed: true, isAway: true })).rejects.toThrow('away');
});

test('a refused code is the person’s, unless an earlier attempt may have used it', async () => {
  const { result } = await exchanged({ isClaimed: true, isRefused: true });
  expect(result).toEqual({ outcome: 'done', output: { outcome: 'refused' } });
  const second = await exchanged({ isClaimed: true, isRefused: true, number: 2 });
  expect(second.result).toEqual({
    outcome: 'failed',
    reason: 'acme refuses the code, which an earlier attempt without an answer may have used',
  });
});
