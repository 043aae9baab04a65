/** Batches waiting commits into one statement. */
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
   * Writes a step. Two commits of one session, such as starts with the same key, go into different statements.
   * @returns false if another process has changed the session since it was read
   * @throws the store's error for this commit alone
   */
  async commit(commit: Commit): Promise<boolean> {
    const written = await this.#batcher.ask(commit);
    if (written instanceof Error) throw written;
    return written;
  }
}

/** If the database refuses a statement because of one session's values, each session is written by itself, so that the others succeed. */
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
