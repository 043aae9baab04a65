/**
 * One queue per session: requests for a session are taken in order, by one turn at a time. Those that
 * arrive while a turn is being committed share the next one, and its commit.
 */
import { Overloaded } from '../errors.ts';

/** A turn longer than this would make its first request wait for the last. */
const maxPerTurn = 64;

/** Waiting requests of all sessions together; beyond it the service says so instead of growing. */
const maxWaiting = 10_000;

/** Of one session. A person sends one at a time; a program that sends more than this must not take the place of everybody else. */
const maxWaitingPerSession = 1_000;

interface Waiting<Request, Reply> {
  readonly request: Request;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
}

/** Takes the requests of one turn. @returns a reply for each, in order; an `Error` among them rejects its request alone */
export type TurnTaker<Request, Reply> = (id: string, requests: readonly Request[]) => Promise<readonly (Reply | Error)[]>;

export class Mailboxes<Request, Reply> {
  readonly #take: TurnTaker<Request, Reply>;
  readonly #boxes = new Map<string, Waiting<Request, Reply>[]>();
  #waiting = 0;

  constructor(take: TurnTaker<Request, Reply>) {
    this.#take = take;
  }

  /** How many requests wait, those in a turn included. */
  get waiting(): number {
    return this.#waiting;
  }

  /** @throws Overloaded when too many requests wait */
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
        // What kept the session from this turn would keep it from the next: nobody waits in line to be told the same.
        turn.push(...box.splice(0));
        for (const { reject } of turn) reject(error);
      } finally {
        this.#waiting -= turn.length;
      }
    }
    this.#boxes.delete(id);
  }
}
