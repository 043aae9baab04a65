/** Support access lasts for the minutes that the owner granted, to the millisecond. */
import { describe, expect, test } from 'vitest';
import { InvalidBody, RateLimited } from '../../src/engine/errors.ts';
import { type ResolvingSession, serviceCaller } from '../../src/engine/ports.ts';
import { nextDueAt } from '../../src/engine/session.ts';
import { startSession, step } from '../../src/engine/steps/step.ts';
import { grantResolver, supportResolver } from '../../src/resolvers/support.ts';
import { newSession } from '../support/new-session.ts';
import { workflowNamed } from '../support/workflows.ts';

const workflow = workflowNamed('support-access');
const t0 = Date.UTC(2026, 0, 1);
const session: ResolvingSession = { id: 's', workflow: workflow.name, keyId: 'k', context: {}, personal: {}, at: t0, preview: () => null };

test.each([15, 16, 22, 37, 59, 61, 1439, 1440])('a grant of %i minutes ends exactly then', async (minutes) => {
  const { session: requested } = startSession(workflow, { id: '', keyId: 'k', sealed: null, startFingerprint: null }, null, t0 - 777);
  const resolved = await grantResolver().event?.({ minutes }, session, { attempt: 'a', caller: serviceCaller, prepared: undefined });
  const event = { ...resolved?.payload, type: 'GRANT' };
  const { session: granted } = step(workflow, requested, { kind: 'event', event }, t0);
  const endsAt = t0 + minutes * 60_000;
  expect([granted.value, granted.context['minutes'], nextDueAt({ ...granted, tasks: [] })]).toEqual(['granted', minutes, endsAt]);
  expect(step(workflow, granted, { kind: 'time' }, endsAt - 1).session.value).toBe('granted');
  expect(step(workflow, granted, { kind: 'time' }, endsAt).session).toMatchObject({ value: 'ended', endedAt: endsAt });
});

describe('a request for access', () => {
  const agent = { keyName: 'desk', name: 'Sam' };
  const body = { accountId: 'jane', reason: 'You asked' };
  const request = async (
    refused: { until: number; limit?: 'agent' } | null,
    of: { locale: string | null } | null,
    by: object = { agent },
  ) => {
    const resolver = supportResolver({ find: async () => of, spend: async () => refused });
    const requestContext = { attempt: 'a', caller: { ...serviceCaller, ...by }, session: newSession };
    const prepared = await resolver.prepare?.(body, requestContext);
    return resolver.start?.(body, prepared, requestContext);
  };

  test('names the agent by the name and key of the request', async () => {
    const known = { accountId: 'jane', agentKey: 'desk', agent: 'Sam', reason: 'You asked' };
    expect(await request(null, { locale: null })).toEqual({ event: null, personal: known });
    expect(await request(null, { locale: 'de' })).toEqual({ event: null, personal: { ...known, locale: 'de' } });
  });

  test('is refused by its budget, with the limit and its end', async () => {
    await expect(request({ until: t0, limit: 'agent' }, { locale: null })).rejects.toMatchObject({ until: t0, limit: 'agent' });
    await expect(request({ until: t0, limit: 'agent' }, { locale: null })).rejects.toThrow(RateLimited);
  });

  test('needs an existing account and an agent', async () => {
    await expect(request(null, null)).rejects.toThrow(InvalidBody);
    await expect(request(null, { locale: null }, {})).rejects.toThrow('has no agent');
  });
});
