/** What the sandbox keeps in the database, so that every process of a deployment sees the same inbox and the same clock. */
import { type Kysely, sql } from 'kysely';
import type { SandboxMessagesTable, SandboxOutcome, Tables } from './schema.ts';
import { databaseTime } from './session-store.ts';

/** A message that the sandbox delivered instead of a provider. */
export interface SandboxMessage {
  /** Same for every attempt at the same delivery. */
  readonly key: string;
  readonly id: string;
  readonly sessionId: string;
  readonly channel: string;
  /** The address as the person wrote it. */
  readonly to: string;
  /** The address as it is looked up: normalised. */
  readonly recipient: string;
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
  readonly code: string;
  /** Milliseconds since the epoch, on the sandbox's clock. */
  readonly sentAt: number;
}

/** How far the sandbox's clock is from the database's, in milliseconds; where it stands while it is frozen. */
export interface ClockSetting {
  readonly offsetMs: number;
  readonly frozenAt: number | null;
}

export interface ClockReading extends ClockSetting {
  /** The database's own clock, in milliseconds since the epoch. */
  readonly databaseNow: number;
}

export class SandboxRecords {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Keeps a message; one of the same key is kept once. */
  async addMessage(message: SandboxMessage): Promise<void> {
    const { sessionId, sentAt, ...rest } = message;
    await this.#db
      .insertInto('sandbox_messages')
      .values({ ...rest, session_id: sessionId, sent_at: sentAt })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .execute();
  }

  /** Newest first, those to one normalised address only when `to` is given. */
  async messages({ to, limit }: { readonly to?: string; readonly limit: number }): Promise<SandboxMessage[]> {
    const all = this.#db.selectFrom('sandbox_messages').selectAll();
    const wanted = to === undefined ? all : all.where('recipient', '=', to);
    const rows = await wanted.orderBy('sent_at', 'desc').orderBy('position', 'desc').limit(limit).execute();
    return rows.map(messageOf);
  }

  async clock(): Promise<ClockReading> {
    const { offset_ms, frozen_at } = await this.#db
      .selectFrom('sandbox_clock')
      .select(['offset_ms', 'frozen_at'])
      .executeTakeFirstOrThrow();
    return { databaseNow: await databaseTime(this.#db), offsetMs: offset_ms, frozenAt: frozen_at };
  }

  /** Sets the clock by what it shows; whoever else changes it waits. */
  async updateClock(change: (reading: ClockReading) => ClockSetting): Promise<ClockReading> {
    return this.#db.transaction().execute(async (transaction) => {
      const row = await transaction.selectFrom('sandbox_clock').select(['offset_ms', 'frozen_at']).forUpdate().executeTakeFirstOrThrow();
      // Read after the lock was granted: the wait for it takes time too.
      const databaseNow = await databaseTime(transaction);
      const { offsetMs, frozenAt } = change({ databaseNow, offsetMs: row.offset_ms, frozenAt: row.frozen_at });
      await transaction.updateTable('sandbox_clock').set({ offset_ms: offsetMs, frozen_at: frozenAt }).execute();
      return { databaseNow, offsetMs, frozenAt };
    });
  }

  /** Arranges how the next deliveries over a channel end. */
  async setOutcome(channel: string, outcome: SandboxOutcome, times: number): Promise<void> {
    await this.#db
      .insertInto('sandbox_outcomes')
      .values({ channel, outcome, remaining: times })
      .onConflict((conflict) => conflict.column('channel').doUpdateSet({ outcome, remaining: times }))
      .execute();
  }

  /** Uses up one arranged outcome; deliveries succeed when none is left. */
  async takeOutcome(channel: string): Promise<SandboxOutcome> {
    const taken = await this.#db
      .updateTable('sandbox_outcomes')
      .set({ remaining: sql<number>`remaining - 1` })
      .where('channel', '=', channel)
      .where('remaining', '>', 0)
      .returning('outcome')
      .executeTakeFirst();
    return taken?.outcome ?? 'succeed';
  }
}

function messageOf(row: { [Column in keyof Omit<SandboxMessagesTable, 'position'>]: SandboxMessagesTable[Column] }): SandboxMessage {
  return {
    key: row.key,
    id: row.id,
    sessionId: row.session_id,
    channel: row.channel,
    to: row.to,
    recipient: row.recipient,
    subject: row.subject,
    text: row.text,
    html: row.html,
    code: row.code,
    sentAt: row.sent_at,
  };
}
