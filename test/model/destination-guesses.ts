/** What was guessed at the destinations of a person: made what a payload wants it to be, by way of the sandbox. */
import type { Payload } from '../../machines/workflow.ts';
import type { Answer } from '../support/service.ts';

type Call = (method: string, path: string, body: unknown) => Promise<Answer>;
type State = 'open' | 'throttled' | 'closed';

/** Fewer wrong codes than throttle a destination: what is entered in a run is to be counted, and to throttle nothing by itself. */
const mostWrong = 9;

/** Resolvers of events that lead to a code. */
const issuing: ReadonlySet<string> = new Set(['destination', 'phone', 'newCode']);

export class DestinationGuesses {
  /** By destination; open, where nothing is said. */
  readonly #states = new Map<string, State>();
  #wrong = 0;

  /** @param destination where the code of the request goes, or went; null for nowhere */
  async arrange(call: Call, resolver: string | null, payload: Payload, destination: string | null): Promise<void> {
    if (destination === null) return;
    if (resolver === 'code') await this.#enters(call, destination, payload);
    else if (resolver !== null && issuing.has(resolver)) await this.#issues(call, destination, payload);
  }

  /** A code is to be issued. Each takes a place of a throttled destination's day, of which there are few: all are free again. */
  async #issues(call: Call, destination: string, { throttled, type }: Payload): Promise<void> {
    if (throttled === true || type === 'THROTTLE') await this.#set(call, destination, 'throttled');
    else await this.#become(call, destination, 'open');
  }

  /** A code is to be entered. */
  async #enters(call: Call, destination: string, { correct, last, blocked }: Payload): Promise<void> {
    if (correct !== true && this.#wrong >= mostWrong) await this.#set(call, destination, 'open');
    await this.#become(call, destination, blocked === true ? 'closed' : last === true ? 'throttled' : 'open');
    this.#wrong += 1;
  }

  async #become(call: Call, destination: string, state: State): Promise<void> {
    if ((this.#states.get(destination) ?? 'open') !== state) await this.#set(call, destination, state);
  }

  async #set(call: Call, destination: string, state: State): Promise<void> {
    const { status } = await call('POST', '/sandbox/destinations', { to: destination, state });
    if (status !== 200) throw new Error(`The sandbox answered ${status}`);
    this.#states.set(destination, state);
    this.#wrong = 0;
  }
}
