/** A client of several processes, like a load balancer: it alternates, and tries another process if one does not answer or answers 503. */
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { Json } from './service.ts';

/** A process restarts within seconds, unless the machine is very busy. */
const waitLimitMs = 60_000;

/** The pause before another try: long enough not to spin while no process is there. */
const pauseMs = 20;

export interface Balanced {
  readonly status: number;
  readonly body: Json;
}

interface Place {
  readonly url: string;
  readonly agent: Agent;
  leaving: boolean;
}

export class Balancer {
  readonly #places: Place[];
  #turn = 0;
  #unanswered = 0;

  constructor(urls: readonly string[]) {
    this.#places = urls.map(placeAt);
  }

  /**
   * Requests that were sent over a connection and got no answer. Requests for which no process accepted a connection are not among them:
   * those were refused, or waited in the system's queue when the process stopped listening.
   */
  get unanswered(): number {
    return this.#unanswered;
  }

  /** Puts another process into this place. */
  replace(index: number, url: string): void {
    this.#places[index] = placeAt(url);
  }

  /** Sends a request until it is answered. A POST must carry an Idempotency-Key. */
  async call(method: 'GET' | 'POST', path: string, headers: Readonly<Record<string, string>>, body?: unknown): Promise<Balanced> {
    const giveUpAt = performance.now() + waitLimitMs;
    while (performance.now() < giveUpAt) {
      const answer = await this.#once(this.#next(), method, path, headers, body);
      if (answer !== null && answer.status !== 503) return answer;
      await delay(pauseMs);
    }
    throw new Error(`${method} ${path} was not answered`);
  }

  #next(): Place {
    this.#turn += 1;
    const staying = this.#places.filter(({ leaving }) => !leaving);
    const among = staying.length > 0 ? staying : this.#places;
    const place = among[this.#turn % among.length];
    if (!place) throw new Error('There is no process');
    return place;
  }

  async #once(place: Place, method: string, path: string, headers: Readonly<Record<string, string>>, body: unknown) {
    const content: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const outgoing = request(place.url + path, { agent: place.agent, method, headers: { ...content, ...headers } });
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    try {
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
      if (response.headers.connection === 'close') place.leaving = true;
      return { status: response.statusCode ?? 0, body: JSON.parse(await readText(response)) };
    } catch {
      place.leaving = true;
      if (outgoing.reusedSocket) this.#unanswered += 1;
      return null;
    }
  }
}

function placeAt(url: string): Place {
  return { url, agent: new Agent({ keepAlive: true }), leaving: false };
}
