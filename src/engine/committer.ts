/** Joins the commits that are waiting into one statement. */
import { Joiner } from './joiner.ts';
import type { Commit, SessionStore } from './session-store.ts';

export class Committer {
  readonly #joiner: Joiner<Commit, boolean>;

  constructor(store: Pick<SessionStore, 'commit'>) {
    this.#joiner = new Joiner(
      (commits) => store.commit(commits),
      ({ session }) => session.id,
    );
  }

  /**
   * Writes a step. Two of one session (starts with the same key are) go into different statements.
   * @returns whether it was written; false when the session was changed by another process since it was read
   */
  commit(commit: Commit): Promise<boolean> {
    return this.#joiner.ask(commit);
  }
}
