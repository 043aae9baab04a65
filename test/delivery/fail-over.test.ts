import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type FailOverOptions, failOver } from '../../src/delivery/fail-over.ts';
import type { CodeMessage, DeliveryResult, Provider } from '../../src/delivery/message.ts';
import { asEmail, codeMessage } from './messages.ts';

const accepted: DeliveryResult = { outcome: 'accepted' };
const rejected: DeliveryResult = { outcome: 'rejected', reason: 'no such number' };
const notSent: DeliveryResult = { outcome: 'unavailable', sent: 'no', reason: 'not ready' };
const perhapsSent: DeliveryResult = { outcome: 'unavailable', sent: 'unknown', reason: 'no answer' };

/** Gives the listed answers in order, and `accepted` from then on. */
class Scripted implements Provider {
  readonly name: string;
  readonly asked: CodeMessage[] = [];
  closed = false;
  answers: DeliveryResult[] = [];

  constructor(name: string) {
    this.name = name;
  }

  async send(message: CodeMessage): Promise<DeliveryResult> {
    this.asked.push(message);
    return this.answers.shift() ?? accepted;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

let first: Scripted;
let second: Scripted;
let circuits: string[];
beforeEach(() => {
  first = new Scripted('first');
  second = new Scripted('second');
  circuits = [];
});

function both(options: Partial<FailOverOptions> = {}): Provider {
  return failOver([first, second], { onCircuit: (provider, state) => circuits.push(`${provider} ${state}`), ...options });
}

function send(provider: Provider, key = 'one', signal = new AbortController().signal): Promise<DeliveryResult> {
  const message = { ...codeMessage, key };
  return provider.send(message, asEmail(message), signal);
}

describe('the next provider', () => {
  test('is not asked if the first accepts', async () => {
    expect(await send(both())).toEqual(accepted);
    expect(second.asked).toEqual([]);
  });

  test('is asked at once if the first has certainly sent nothing, with the same code and key', async () => {
    first.answers = [notSent];
    expect(await send(both())).toEqual(accepted);
    expect(second.asked).toEqual(first.asked);
  });

  test('is not asked if the recipient was refused', async () => {
    first.answers = [rejected];
    expect(await send(both())).toEqual(rejected);
    expect(second.asked).toEqual([]);
  });

  test('is not asked at once if the first may have sent; the retry goes to the first, which knows the key', async () => {
    first.answers = [perhapsSent];
    const provider = both();
    expect(await send(provider)).toEqual(perhapsSent);
    expect(second.asked).toEqual([]);
    expect(await send(provider)).toEqual(accepted);
    expect(first.asked).toEqual([first.asked[0], first.asked[0]]);
    expect(second.asked).toEqual([]);
  });

  test('is asked by the retry if the first fails again', async () => {
    first.answers = [perhapsSent, perhapsSent];
    const provider = both();
    await send(provider);
    expect(await send(provider)).toEqual(accepted);
    expect([first.asked.length, second.asked.length]).toEqual([2, 1]);
  });

  test('is asked by every further retry while the first keeps failing', async () => {
    first.answers = [perhapsSent, perhapsSent, perhapsSent];
    second.answers = [notSent];
    const provider = both();
    await send(provider);
    expect(await send(provider)).toEqual(notSent);
    expect(await send(provider)).toEqual(accepted);
    expect([first.asked.length, second.asked.length]).toEqual([3, 2]);
  });

  test('is not asked about a send that the first accepted, whatever the result of a later one of the same key', async () => {
    first.answers = [perhapsSent, accepted, perhapsSent];
    const provider = both();
    for (const expected of [perhapsSent, accepted, perhapsSent]) expect(await send(provider)).toEqual(expected);
    expect(second.asked).toEqual([]);
  });

  test('keeps a send that it may have sent: the retry goes to it, and not to the first', async () => {
    first.answers = [notSent];
    second.answers = [perhapsSent];
    const provider = both();
    expect(await send(provider)).toEqual(perhapsSent);
    expect(await send(provider)).toEqual(accepted);
    expect([first.asked.length, second.asked.length]).toEqual([1, 2]);
  });

  test('has no effect on other sends', async () => {
    first.answers = [notSent];
    second.answers = [perhapsSent];
    const provider = both();
    await send(provider, 'one');
    expect(await send(provider, 'two')).toEqual(accepted);
    expect(first.asked.map(({ key }) => key)).toEqual(['one', 'two']);
  });

  test('is not asked by an aborted attempt', async () => {
    first.answers = [notSent];
    expect(await send(both(), 'one', AbortSignal.abort())).toEqual(notSent);
    expect(second.asked).toEqual([]);
  });

  test('is not asked by an attempt that was aborted while the first may have sent, but by the next one', async () => {
    first.answers = [perhapsSent, perhapsSent];
    const provider = both();
    expect(await send(provider, 'one', AbortSignal.abort())).toEqual(perhapsSent);
    expect(second.asked).toEqual([]);
    expect(await send(provider)).toEqual(accepted);
    expect([first.asked.length, second.asked.length]).toEqual([2, 1]);
  });

  test('is asked first only for the latest ten thousand sends that it may have sent', async () => {
    const provider = both({ failures: 100_000 });
    for (let index = 0; index <= 10_000; index += 1) {
      first.answers = [notSent];
      second.answers = [perhapsSent];
      await send(provider, String(index));
    }
    const asked = async (key: string) => {
      const [before, other] = [first.asked.length, second.asked.length];
      await send(provider, key);
      return [first.asked.length - before, second.asked.length - other];
    };
    expect([await asked('0'), await asked('1')]).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  test('that is unavailable too leaves the message to another attempt', async () => {
    first.answers = [notSent];
    second.answers = [{ ...notSent, retryAfterMs: 7 }];
    expect(await send(both())).toEqual({ ...notSent, retryAfterMs: 7 });
  });
});

describe('a circuit', () => {
  test('opens after five failures in a row, closes when one message got through, and delays none meanwhile', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    first.answers = Array.from({ length: 6 }, () => notSent);
    const provider = both();
    for (let index = 0; index < 8; index += 1) expect(await send(provider, `send-${index}`)).toEqual(accepted);
    expect([first.asked.length, second.asked.length]).toEqual([5, 8]);
    expect(circuits).toEqual(['first open']);

    vi.setSystemTime(Date.now() + 29_999);
    await send(provider);
    expect(first.asked).toHaveLength(5);

    // One message probes the provider and fails, so the circuit stays open.
    vi.setSystemTime(Date.now() + 1);
    expect(await send(provider)).toEqual(accepted);
    expect([first.asked.length, second.asked.length]).toEqual([6, 10]);

    vi.setSystemTime(Date.now() + 30_000);
    await send(provider);
    await send(provider);
    expect([first.asked.length, second.asked.length]).toEqual([8, 10]);
    expect(circuits).toEqual(['first open', 'first open', 'first closed']);
  });

  test('does not open for refused recipients', async () => {
    first.answers = Array.from({ length: 20 }, () => rejected);
    const provider = both();
    for (let index = 0; index < 20; index += 1) expect(await send(provider, `send-${index}`)).toEqual(rejected);
    expect(first.asked).toHaveLength(20);
  });

  test('does not open for recipients who can’t take a message now', async () => {
    first.answers = Array.from({ length: 20 }, () => ({ ...notSent, about: 'recipient' }));
    const provider = both();
    for (let index = 0; index < 20; index += 1) expect(await send(provider, `send-${index}`)).toEqual(accepted);
    expect([first.asked.length, second.asked.length]).toEqual([20, 20]);
  });

  test('that is open leaves the message of a single provider to another attempt', async () => {
    first.answers = [notSent, notSent];
    const alone = failOver([first], { onCircuit: () => {}, failures: 2 });
    await send(alone);
    await send(alone);
    expect(await send(alone)).toEqual({
      outcome: 'unavailable',
      sent: 'no',
      reason: 'first is set aside after 2 failures in a row',
    });
    expect(first.asked).toHaveLength(2);
  });
});

test('closing closes all providers', async () => {
  await both().close();
  expect([first.closed, second.closed]).toEqual([true, true]);
});

describe('a provider of a module that', () => {
  const thrown: [string, string][] = [];
  const onThrown = (provider: string, error: unknown) => void thrown.push([provider, String(error)]);
  beforeEach(() => {
    thrown.length = 0;
  });

  test('throws counts as one that may have sent, and the retry asks the next one after it', async () => {
    first.send = () => Promise.reject(new TypeError('jane@example.com'));
    const provider = both({ onThrown });
    expect(await send(provider)).toEqual({ outcome: 'unavailable', sent: 'unknown', reason: 'first failed (TypeError)' });
    expect(second.asked).toEqual([]);
    expect(await send(provider)).toEqual(accepted);
    expect(thrown).toEqual([
      ['first', 'TypeError: jane@example.com'],
      ['first', 'TypeError: jane@example.com'],
    ]);
  });

  test('always throws is set aside', async () => {
    first.send = () => Promise.reject(new TypeError('always'));
    const provider = both({ onThrown, failures: 2 });
    for (const key of ['one', 'two']) await send(provider, key);
    expect(circuits).toEqual(['first open']);
    expect(await send(provider, 'three')).toEqual(accepted);
  });

  test('ignores the abort has its attempt ended a second later, and is set aside as well', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    first.send = () => new Promise<never>(() => {});
    const outcomes: string[] = [];
    const provider = both({ failures: 1, onAttempt: () => (outcome) => void outcomes.push(outcome) });
    const attempt = new AbortController();
    const sent = send(provider, 'one', attempt.signal);
    attempt.abort();
    await vi.advanceTimersByTimeAsync(999);
    expect(outcomes).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await sent).toEqual({ outcome: 'unavailable', sent: 'unknown', reason: 'first ignored the abort' });
    expect([outcomes, circuits]).toEqual([['unavailable'], ['first open']]);
    expect(await send(provider)).toEqual(accepted);
  });
});
