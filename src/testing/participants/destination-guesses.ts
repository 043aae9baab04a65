/** Sets the guess counts of a person's destinations to the state that a payload needs, through the sandbox. */
import type { Payload } from '../../../machines/workflow.ts';
import type { Answer } from '../drive/requests.ts';

type Call = (method: string, path: string, body: unknown) => Promise<Answer>;
type State = 'open' | 'throttled' | 'closed';

/** Fewer wrong codes than throttle a destination, so that the codes of a run count and never throttle by themselves. */
const mostWrong = 9;

/** Resolvers of events that lead to a code. */
const issuing: ReadonlySet<string> = new Set(['destination', 'phone', 'newCode']);

export class DestinationGuesses {
  /** By destination; open by default. */
  readonly #states = new Map<string, State>();
  #wrong = 0;

  /** @param destination of the request's code; null without one */
  async arrange(call: Call, resolver: string | null, payload: Payload, destination: string | null): Promise<void> {
    if (destination === null) return;
    if (resolver === 'code') await this.#enters(call, destination, payload);
    else if (resolver !== null && issuing.has(resolver)) await this.#issues(call, destination, payload);
  }

  /** Prepares for a new code. Each code takes one of the few places of a throttled destination's day, so all places are freed first. */
  async #issues(call: Call, destination: string, { throttled, type }: Payload): Promise<void> {
    if (throttled === true || type === 'THROTTLE') await this.#set(call, destination, 'throttled');
    else await this.#become(call, destination, 'open');
  }

  /** Prepares for an entered code. */
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
