/** A long path through each workflow, replayed to each of its moments: the same states and counters, and the same events. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { momentsOf } from '../../src/web/play/moments.js';
import { decoded, encoded, pathTo } from '../../src/web/play/path.js';
import type { Workflow } from '../../src/web/play/recorded-run.js';
import { comeBack, decideAtSandbox, valueIn } from '../support/linking.ts';
import { quickDatabase, startTestService, type TestService } from '../support/service.ts';
import { account, codeNow, fail, five, later, lost, Player, right, type Step, send, start, wrong } from './headless-player.ts';

let service: TestService;
let workflows: Record<string, Workflow>;

beforeAll(async () => {
  service = await startTestService(quickDatabase);
  const page: string = (await service.client.get('/')).body;
  const [, text = ''] = /data-settings="([^"]*)"/.exec(page) ?? [];
  const settings = text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&');
  workflows = JSON.parse(settings).workflows;
});
afterAll(() => service?.remove());

const playerOf = (name: string) => new Player(service.client.url, workflows, name);

const minute = 60_000;
const mine = () => Math.random().toString(36).slice(2, 8);
const password = 'a quiet evening in Porto';
const someone = () => ({ email: `jane.${mine()}@example.com` });
const credentials = ({ run: { cast } }: Player) => ({ email: cast.email, password: cast.password });
/** Numbers as the page makes them up: mobile phones in France. */
const mobile = () => `+3361${String(Math.floor(Math.random() * 1e7)).padStart(7, '0')}`;

const paths: readonly [what: string, workflow: string, ends: string, ...steps: Step[]][] = [
  [
    'refused in each way, then verified',
    'email-verification',
    'verified',
    start(() => ({ email: 'nobody' })),
    fail('email'),
    start(() => ({ email: 'jane.same@example.com', device: { name: 'Kitchen $phone' } })),
    send('resend-code'),
    wrong,
    send('resend-code'),
    send('change-email', { email: 'jane.same@example.com' }),
    send('change-email', { email: 'nobody' }),
    later(91_000),
    fail('email'),
    send('resend-code'),
    fail('email'),
    fail('email', 'succeed'),
    send('resend-code'),
    lost,
    send('request-new-code'),
    ...five(wrong),
    right,
    later(40 * minute),
    right,
    send('request-new-code'),
    (player) => send('change-email', someone())(player),
    later(10_000),
    right,
  ],
  ['cancelled', 'email-verification', 'cancelled', start(someone), wrong, send('cancel')],
  ['abandoned', 'email-verification', 'abandoned', start(someone), later(24 * 60 * minute)],
  [
    'by landline, then by mobile phone',
    'phone-verification',
    'verified',
    start(() => ({ channel: 'sms' })),
    send('provide-number', { phone: '12', channel: 'sms' }),
    send('provide-number', { phone: '+33142345678', channel: 'sms' }),
    send('provide-number', { phone: '01 42 34 56 78', country: 'FR', channel: 'voice' }),
    send('switch-channel', { channel: 'sms' }),
    later(2 * minute),
    send('switch-channel', { channel: 'sms' }),
    send('change-number'),
    later(11 * minute),
    (player) => send('provide-number', { phone: mobile(), channel: 'sms' })(player),
    wrong,
    later(91_000),
    send('switch-channel', { channel: 'voice' }),
    right,
  ],
  [
    'with wrong credentials first',
    'login-verification',
    'authenticated',
    account,
    start((player) => ({ ...credentials(player), password: 'nearly' })),
    (player) => send('submit-credentials', { ...credentials(player), password: 'almost' })(player),
    (player) => send('submit-credentials', credentials(player))(player),
    wrong,
    later(61_000),
    send('resend-code'),
    (player) => send('submit-code', { code: codeNow(player), trustDevice: true })(player),
  ],
  [
    'denied',
    'login-verification',
    'denied',
    account,
    start((player) => ({ ...credentials(player), password: 'nearly' })),
    ...Array.from(
      { length: 4 },
      () => (player: Player) => send('submit-credentials', { ...credentials(player), password: 'nearly' })(player),
    ),
  ],
  [
    'on a trusted device',
    'login-verification',
    'authenticated',
    account,
    start((player) => ({ ...credentials(player), deviceToken: player.run.cast.deviceToken })),
  ],
  [
    'with a telephone',
    'account-setup',
    'complete',
    start(() => ({ ...someone(), password: 'password' })),
    start(() => ({ ...someone(), password })),
    wrong,
    later(91_000),
    send('resend-code'),
    right,
    (player) => send('provide-number', { phone: mobile(), channel: 'sms' })(player),
    wrong,
    right,
    send('skip-link'),
  ],
  [
    'without a telephone',
    'account-setup',
    'complete',
    start(() => ({ ...someone(), password })),
    right,
    send('continue-without-phone', {}, 0),
    send('skip-link'),
  ],
  ['given up in a session within', 'account-setup', 'cancelled', start(() => ({ ...someone(), password })), send('cancel')],
  [
    'of the address',
    'account-change',
    'applied',
    account,
    start(() => ({ change: { kind: 'email', ...someone() } })),
    wrong,
    fail('sms'),
    later(61_000),
    send('resend-code'),
    send('resend-code'),
    right,
    wrong,
    later(40 * minute),
    send('request-new-code'),
    right,
  ],
  [
    'of the password',
    'account-change',
    'applied',
    account,
    start(() => ({ change: { kind: 'password', password: 'winter lights over Bergen' } })),
    right,
  ],
  [
    'granted, until it ends',
    'support-access',
    'ended',
    account,
    start(({ run: { cast } }) => ({ accountId: cast.accountId, reason: 'No message arrives' })),
    send('grant', { minutes: 60 }),
    later(61 * minute),
  ],
  [
    'said no to',
    'support-access',
    'denied',
    account,
    start(({ run: { cast } }) => ({ accountId: cast.accountId, reason: 'None' })),
    send('deny'),
  ],
];

/** All moments in a thorough run; otherwise the last one and one in the middle, which takes a tenth of the time. */
const isThorough = process.env['REPLAY'] === 'all';

test.each(paths)('%s: %s', { timeout: isThorough ? 600_000 : 300_000 }, async (_, workflow, ends, ...steps) => {
  const first = playerOf(workflow);
  const seenAfter = new Map<number, unknown>();
  for (const step of steps) {
    await first.go(step);
    seenAfter.set(first.run.steps.length, first.seen());
  }
  expect(first.run.root?.session.current.outcome).toBe(ends);
  const moments = momentsOf(first.run);
  const path = { workflow, steps: first.run.steps, until: 0 };
  const wanted = isThorough ? moments.keys() : [Math.floor(moments.length / 2), moments.length - 1];
  for (const index of wanted) {
    const moment = moments[index];
    if (moment === undefined) throw new Error(`There is no moment ${index}`);
    const link = encoded(pathTo(path, moment));
    expect(atob(link.replaceAll('-', '+').replaceAll('_', '/'))).not.toMatch(/nearly|almost|lights|Porto|"code":"\d/);
    const again = playerOf(workflow);
    await again.play(decoded(link) ?? path);
    expect([index, again.run.strayed]).toEqual([index, null]);
    // Steps that follow by themselves are as much later as the steps that cause them.
    await expect
      .poll(async () => {
        await again.run.catchUp();
        return [index, again.happened().slice(0, index + 1)];
      })
      .toEqual([index, first.happened().slice(0, index + 1)]);
    const isLastOfStep = moments[index + 1]?.steps !== moment.steps;
    if (isLastOfStep && moment.isStep) expect([index, again.seen()]).toEqual([index, seenAfter.get(moment.steps)]);
    await again.run.clear();
  }
});

test('an arranged outcome that was not used does not affect the next session', async () => {
  const player = playerOf('email-verification');
  await player.go(start(someone), fail('email'));
  const [begun] = momentsOf(player.run);
  if (begun === undefined) throw new Error('Nothing happened');
  await player.play(pathTo({ workflow: 'email-verification', steps: player.run.steps, until: 0 }, begun));
  expect(player.run.root?.session.current.state).toBe('codeActive.cooldown');
  // Outcomes that another client arranged do not either.
  await service.client.nextDelivery('fail');
  await player.play({ workflow: 'email-verification', steps: player.run.steps, until: 0 });
  expect(player.run.root?.session.current.state).toBe('codeActive.cooldown');
  await player.go(fail('email'));
  await player.run.clear();
  await player.go(start(someone));
  expect(player.run.root?.session.current.state).toBe('codeActive.cooldown');
});

describe('a path through a provider', () => {
  /** A set-up with an outside link, whose provider is driven like a browser would. */
  async function linked(): Promise<Player> {
    const player = playerOf('account-setup');
    const agree: Step = async ({ run }) => {
      const { authorizationUrl } = run.root?.session.current.data ?? {};
      const address = await decideAtSandbox(service.client, String(authorizationUrl), mine());
      const value = valueIn(await comeBack(service.client, address));
      await run.catchUp();
      await run.do({ do: 'send', depth: 0, type: 'confirm-link', body: { value } });
    };
    await player.go(
      start(() => ({ ...someone(), password })),
      right,
      send('continue-without-phone', {}, 0),
      send('link-account', { provider: 'sandbox' }, 0),
      agree,
    );
    expect(player.run.root?.session.current.outcome).toBe('complete');
    return player;
  }

  test('stops where the provider has to answer, and says why', async () => {
    const first = await linked();
    const path = { workflow: 'account-setup', steps: first.run.steps, until: 0 };
    const moments = momentsOf(first.run);
    const again = async (text: string) => {
      const moment = moments.find((each) => each.text === text);
      if (moment === undefined) throw new Error(`No moment ${text} among ${moments.map((each) => each.text)}`);
      const player = playerOf('account-setup');
      await player.play(decoded(encoded(pathTo(path, moment))) ?? path);
      expect(player.run.root?.session.current.state).toBe('authorizing');
      return player.run.strayed;
    };
    expect(await again('Link account')).toBeNull();
    expect(await again('Provider returned')).toEqual({ kind: 'missing', event: 'provider-returned' });
    expect(await again('Confirm link')).toMatchObject({ kind: 'handed-over', step: { type: 'confirm-link' } });
  });
});

test('a path that reaches a different state stops there, and says so', async () => {
  const player = playerOf('email-verification');
  await player.go(start(someone), wrong);
  const steps = player.run.steps.map((step) => (step.do === 'send' ? { ...step, refusal: null } : step));
  await player.play({ workflow: 'email-verification', steps: [...steps, ...steps.slice(1)], until: 60_000 });
  expect(player.run.strayed).toMatchObject({ kind: 'step', step: { type: 'submit-code', refusal: null }, refusal: 'wrong-code' });
  expect(player.run.steps).toHaveLength(2);
});
