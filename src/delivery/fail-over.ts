/** Several providers as one: the first that can, in order, each with a circuit breaker of its own. */
import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleWhenResult } from 'cockatiel';
import { unavailable } from './attempts.ts';
import type { DeliveryResult, Message, Provider, RenderedMessage } from './message.ts';

export interface FailOverOptions {
  /** Hears when a provider is set aside, and when it is back. */
  readonly onCircuit: (provider: string, state: 'open' | 'closed') => void;
  /** Hears that a provider is asked. @returns what hears how that ended */
  readonly onAttempt?: (provider: string) => (outcome: DeliveryResult['outcome']) => void;
  /** So many failures in a row set a provider aside. */
  readonly failures?: number;
  /** How long it is set aside before one message tries it again, in milliseconds. */
  readonly setAsideMs?: number;
}

/** Sends whose fate is not known, at most: the oldest are forgotten, and a retry of one starts with the first provider. */
const doubtLimit = 10_000;

/**
 * Goes on to the next provider at once only where the last one certainly sent nothing; a refused recipient is final.
 * After an attempt that may have been delivered, the next attempt of the same send asks the same provider first, which
 * knows the send by its key; only if it fails again is another one asked, for the same code: twice is better than never.
 */
export function failOver(providers: readonly [Provider, ...Provider[]], options: FailOverOptions): Provider {
  const guarded = providers.map((provider) => guard(provider, options));
  const doubts = new Map<string, Guarded>();

  const doubt = (key: string, provider: Guarded) => {
    // Behind the others: what is forgotten is what was not heard of for longest.
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

function guard(provider: Provider, { onCircuit, onAttempt = () => () => {}, failures = 5, setAsideMs = 30_000 }: FailOverOptions): Guarded {
  const breaker = circuitBreaker(
    handleWhenResult((result) => (result as DeliveryResult).outcome === 'unavailable'),
    { halfOpenAfter: setAsideMs, breaker: new ConsecutiveBreaker(failures) },
  );
  breaker.onBreak(() => onCircuit(provider.name, 'open'));
  breaker.onReset(() => onCircuit(provider.name, 'closed'));
  return {
    async send(message, rendered, signal) {
      try {
        return await breaker.execute(async () => {
          const ended = onAttempt(provider.name);
          const result = await provider.send(message, rendered, signal);
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
