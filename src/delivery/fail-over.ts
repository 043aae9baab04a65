/** Fail-over: several providers act as one. Each is tried in order, and each has its own circuit breaker. */
import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleWhenResult } from 'cockatiel';
import { withinGrace } from '../engine/abort-grace.ts';
import { nameOf } from '../engine/thrown-errors.ts';
import { unavailable } from './attempts.ts';
import type { DeliveryResult, Message, Provider, RenderedMessage } from './message.ts';

export interface FailOverOptions {
  /** Called when the circuit of a provider opens, and when it closes again. */
  readonly onCircuit: (provider: string, state: 'open' | 'closed') => void;
  /** Called before each attempt. @returns a callback for the outcome of the attempt */
  readonly onAttempt?: (provider: string) => (outcome: DeliveryResult['outcome']) => void;
  /** Called with an error that a provider threw, which is a fault of the provider's code. */
  readonly onThrown?: (provider: string, error: unknown) => void;
  /** The number of consecutive failures that opens the circuit of a provider. */
  readonly failures?: number;
  /** How long the circuit stays open before one message tries the provider again, in milliseconds. */
  readonly setAsideMs?: number;
}

/** The time of a provider after the abort of an attempt. Shorter than the task's own, so that the failure of the provider is counted. */
const abortGraceMs = 1_000;

/** The most sends of unknown outcome to remember. The oldest are forgotten; a retry of one starts with the first provider again. */
const doubtLimit = 10_000;

/**
 * Tries the next provider at once only if the last one certainly sent nothing. A refused recipient is final. After an attempt that may
 * have been delivered, the next attempt of the same send asks the same provider first, which recognises the send by its key. Only if that
 * attempt fails too, another provider sends the same code: delivery twice is better than no delivery.
 */
export function failOver(providers: readonly [Provider, ...Provider[]], options: FailOverOptions): Provider {
  const guarded = providers.map((provider) => guard(provider, options));
  const doubts = new Map<string, Guarded>();

  const doubt = (key: string, provider: Guarded) => {
    // Move the key to the end, so that the least recently used key is forgotten first.
    doubts.delete(key);
    doubts.set(key, provider);
    for (const oldest of doubts.keys()) {
      if (doubts.size <= doubtLimit) break;
      doubts.delete(oldest);
    }
  };

  return {
    name: providers.map(({ name }) => name).join(', '),
    async send(message, rendered, signal) {
      const doubted = doubts.get(message.key);
      const order = doubted === undefined ? guarded : [doubted, ...guarded.filter((provider) => provider !== doubted)];
      let result: DeliveryResult = unavailable('no', 'no provider was asked');
      for (const provider of order) {
        result = await provider.send(message, rendered, signal);
        if (result.outcome !== 'unavailable') {
          doubts.delete(message.key);
          return result;
        }
        if (signal.aborted || (result.sent === 'unknown' && provider !== doubted)) {
          if (result.sent === 'unknown') doubt(message.key, provider);
          return result;
        }
      }
      return result;
    },
    close: async () => {
      await Promise.all(providers.map((provider) => provider.close()));
    },
  };
}

interface Guarded {
  send(message: Message, rendered: RenderedMessage, signal: AbortSignal): Promise<DeliveryResult>;
}

function guard(provider: Provider, options: FailOverOptions): Guarded {
  const { onCircuit, onAttempt = () => () => {}, failures = 5, setAsideMs = 30_000 } = options;
  const breaker = circuitBreaker(
    handleWhenResult((result) => isFailure(result as DeliveryResult)),
    { halfOpenAfter: setAsideMs, breaker: new ConsecutiveBreaker(failures) },
  );
  breaker.onBreak(() => onCircuit(provider.name, 'open'));
  breaker.onReset(() => onCircuit(provider.name, 'closed'));
  return {
    async send(message, rendered, signal) {
      try {
        return await breaker.execute(async () => {
          const ended = onAttempt(provider.name);
          const result = await bounded(provider, options, signal, () => provider.send(message, rendered, signal));
          ended(result.outcome);
          return result;
        });
      } catch (error) {
        if (error instanceof BrokenCircuitError)
          return unavailable('no', `${provider.name} is set aside after ${failures} failures in a row`);
        throw error;
      }
    },
  };
}

/** Providers are code of modules: one that throws, or ignores the abort, is unavailable and may have sent. */
async function bounded(
  { name }: Provider,
  { onThrown }: FailOverOptions,
  signal: AbortSignal,
  send: () => Promise<DeliveryResult>,
): Promise<DeliveryResult> {
  try {
    return await withinGrace(send(), signal, abortGraceMs, unavailable('unknown', `${name} ignored the abort`));
  } catch (error) {
    onThrown?.(name, error);
    return unavailable('unknown', `${name} failed (${nameOf(error)})`);
  }
}

/** True for a failure of the provider. Full mailboxes do not count, even several in a row, because anyone can name a full mailbox. */
function isFailure(result: DeliveryResult): boolean {
  return result.outcome === 'unavailable' && result.about !== 'recipient';
}
