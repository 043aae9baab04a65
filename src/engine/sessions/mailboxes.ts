/**
 * One queue for each session: one turn at a time takes the requests for a session in order. Requests that arrive during a turn's commit
 * share the next turn and its commit.
 */
import { Overloaded } from '../errors.ts';

/** In a longer turn, the first request would wait too long for the last. */
const maxPerTurn = 64;

/** The waiting requests of all sessions together. Beyond this, the service refuses requests instead of growing. */
const maxWaiting = 10_000;

/**
 * The waiting requests of one session. A person sends one at a time; a program that sends more must not take the places of other sessions.
 */
const maxWaitingPerSession = 1_000;

interface Waiting<Request, Reply> {
  readonly request: Request;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
}

/** Takes the requests of one turn. @returns a reply for each request, in order; an `Error` rejects its request alone */
export type TurnTaker<Request, Reply> = (id: string, requests: readonly Request[]) => Promise<readonly (Reply | Error)[]>;

export class Mailboxes<Request, Reply> {
  readonly #take: TurnTaker<Request, Reply>;
  readonly #boxes = new Map<string, Waiting<Request, Reply>[]>();
  #waiting = 0;

  constructor(take: TurnTaker<Request, Reply>) {
    this.#take = take;
  }

  /** The number of waiting requests, including those in a turn. */
  get waiting(): number {
    return this.#waiting;
  }

  /** @throws Overloaded if too many requests wait */
  send(id: string, request: Request): Promise<Reply> {
    if (this.#waiting >= maxWaiting) return Promise.reject(new Overloaded('Too many requests are waiting'));
    return new Promise((resolve, reject) => {
      const waiting = { request, resolve, reject };
      const box = this.#boxes.get(id);
      if (box) {
        if (box.length >= maxWaitingPerSession) {
          reject(new Overloaded('Too many requests are waiting for this session'));
          return;
        }
        this.#waiting += 1;
        box.push(waiting);
        return;
      }
      this.#waiting += 1;
      const opened = [waiting];
      this.#boxes.set(id, opened);
      void this.#drain(id, opened);
    });
  }

  async #drain(id: string, box: Waiting<Request, Reply>[]): Promise<void> {
    while (box.length > 0) {
      const turn = box.splice(0, maxPerTurn);
      try {
        const replies = await this.#take(
          id,
          turn.map(({ request }) => request),
        );
        turn.forEach(({ resolve, reject }, index) => {
          const reply = replies[index];
          if (reply === undefined || reply instanceof Error) reject(reply ?? new Error('A request was left without a reply'));
          else resolve(reply);
        });
      } catch (error) {
        // Fail the whole queue: the next turn would hit the same error.
        turn.push(...box.splice(0));
        for (const { reject } of turn) reject(error);
      } finally {
        this.#waiting -= turn.length;
      }
    }
    this.#boxes.delete(id);
  }
}
