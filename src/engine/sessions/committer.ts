/** Joins the commits that are waiting into one statement. */

import { Batcher } from '../batcher.ts';
import { StoreUnavailable } from '../errors.ts';
import type { Commit, SessionStore } from '../session-store.ts';

export class Committer {
  readonly #batcher: Batcher<Commit, boolean | Error>;

  constructor(store: Pick<SessionStore, 'commit'>) {
    this.#batcher = new Batcher(
      (commits) => writtenAll(store, commits),
      ({ session }) => session.id,
    );
  }

  /**
   * Writes a step. Two of one session (starts with the same key are) go into different statements.
   * @returns whether it was written; false when the session was changed by another process since it was read
   * @throws whatever the store says of this commit, even alone
   */
  async commit(commit: Commit): Promise<boolean> {
    const written = await this.#batcher.ask(commit);
    if (written instanceof Error) throw written;
    return written;
  }
}

/** A statement that the database refuses for one session's values is repeated session by session, so that the others are written. */
async function writtenAll(store: Pick<SessionStore, 'commit'>, commits: readonly Commit[]): Promise<readonly (boolean | Error)[]> {
  try {
    return await store.commit(commits);
  } catch (error) {
    if (error instanceof StoreUnavailable || commits.length === 1) throw error;
  }
  const answers: (boolean | Error)[] = [];
  for (const commit of commits) answers.push(await writtenAlone(store, commit));
  return answers;
}

async function writtenAlone(store: Pick<SessionStore, 'commit'>, commit: Commit): Promise<boolean | Error> {
  try {
    const [written = false] = await store.commit([commit]);
    return written;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
