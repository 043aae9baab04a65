/**
 * Guesses at the codes of destinations, one row per destination. The caller reads a row, judges it, and writes it back only if its revision
 * has not changed, so that two guesses never count as one. Concurrent requests share a statement.
 */
import { type Kysely, sql } from 'kysely';
import { Batcher } from '../engine/batcher.ts';
import type { GuessDocument, Tables } from './schema.ts';

export interface GuessRecord {
  readonly key: string;
  readonly revision: number;
  readonly document: GuessDocument;
}

/** The new content of a record. Its revision is the read revision plus one. */
export interface GuessWrite extends GuessRecord {
  /** The expiry of the whole record. */
  readonly endsAt: number;
}

export class GuessRecords {
  readonly #db: Kysely<Tables>;
  readonly #reads = new Batcher(
    (keys: readonly string[]) => this.#readAll(keys),
    (key) => key,
    { shares: true },
  );
  readonly #writes = new Batcher(
    (writes: readonly GuessWrite[]) => this.#writeAll(writes),
    ({ key }) => key,
  );

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** @returns the record of each key; null for a key without one */
  read(keys: readonly string[]): Promise<(GuessRecord | null)[]> {
    return Promise.all(keys.map((key) => this.#reads.ask(key)));
  }

  /** @returns true if the record was written; false if it has another revision by now */
  write(write: GuessWrite): Promise<boolean> {
    return this.#writes.ask(write);
  }

  /** Removes records that still have these revisions. */
  async remove(records: readonly Pick<GuessRecord, 'key' | 'revision'>[]): Promise<void> {
    const [keys, revisions] = [records.map(({ key }) => key), records.map(({ revision }) => revision)];
    await sql`
      delete from code_guesses using unnest(${keys}::text[], ${revisions}::int[]) as merged (key, revision)
      where code_guesses.key = merged.key and code_guesses.revision = merged.revision`.execute(this.#db);
  }

  /** Deletes expired records. */
  async purge(now: number): Promise<void> {
    await this.#db.deleteFrom('code_guesses').where('ends_at', '<=', now).execute();
  }

  async #readAll(keys: readonly string[]): Promise<(GuessRecord | null)[]> {
    const { rows } = await sql<GuessRecord>`
      select key, revision, document from code_guesses where key = any(${keys}::text[])`.execute(this.#db);
    const found = new Map(rows.map((row) => [row.key, row]));
    return keys.map((key) => found.get(key) ?? null);
  }

  /** Locks rows in the order of their keys, so that two processes never deadlock. */
  async #writeAll(writes: readonly GuessWrite[]): Promise<boolean[]> {
    const ordered = [...writes].sort((a, b) => (a.key < b.key ? -1 : 1));
    const column = <K extends keyof GuessWrite>(name: K) => ordered.map((write) => write[name]);
    const documents = column('document').map((document) => JSON.stringify(document));
    const { rows } = await sql<{ key: string }>`
      insert into code_guesses as held (key, revision, document, ends_at)
      select * from unnest(${column('key')}::text[], ${column('revision')}::int[], ${documents}::jsonb[], ${column('endsAt')}::bigint[])
      on conflict (key) do update set revision = excluded.revision, document = excluded.document, ends_at = excluded.ends_at
        where held.revision = excluded.revision - 1
      returning key`.execute(this.#db);
    const written = new Set(rows.map(({ key }) => key));
    return writes.map(({ key }) => written.has(key));
  }
}
