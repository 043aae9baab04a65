/** The sandbox's records in the database, so that every process of a deployment sees the same inbox and the same clock. */
import { type Kysely, sql } from 'kysely';
import type { ClockSetting } from '../sandbox/sandbox-clock.ts';
import type { SandboxMessagesTable, SandboxOutcomesTable, Tables } from './schema.ts';

/** A message that the sandbox delivered instead of a provider. */
export interface SandboxMessage {
  /** The idempotency key: the same for every attempt of one delivery. */
  readonly key: string;
  readonly id: string;
  readonly sessionId: string;
  readonly channel: string;
  /** The address as the person spelled it. */
  readonly to: string;
  /** The normalised address, for searches. */
  readonly recipient: string;
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
  /** Null in a notice. */
  readonly code: string | null;
  /** The name of the notice; null in a message with a code. */
  readonly notice: string | null;
  /** Milliseconds since the epoch, on the sandbox's clock. */
  readonly sentAt: number;
}

/** The arranged outcome of a delivery. `delayMs` is the time after which a delayed delivery is confirmed; null if not given. */
export interface SandboxOutcome {
  readonly outcome: SandboxOutcomesTable['outcome'];
  readonly delayMs: number | null;
}

export class SandboxRecords {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Stores a message. A message with the same key is stored once. */
  async addMessage(message: SandboxMessage): Promise<void> {
    const { sessionId, sentAt, ...rest } = message;
    await this.#db
      .insertInto('sandbox_messages')
      .values({ ...rest, session_id: sessionId, sent_at: sentAt })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .execute();
  }

  /** Messages, the newest first. @param to the normalised address whose messages to return; all messages without it */
  async messages({ to, limit }: { readonly to?: string; readonly limit: number }): Promise<SandboxMessage[]> {
    const all = this.#db.selectFrom('sandbox_messages').selectAll();
    const wanted = to === undefined ? all : all.where('recipient', '=', to);
    const rows = await wanted.orderBy('sent_at', 'desc').orderBy('position', 'desc').limit(limit).execute();
    return rows.map(messageOf);
  }

  async clock(): Promise<ClockSetting> {
    const { offset_ms, frozen_at } = await this.#db
      .selectFrom('sandbox_clock')
      .select(['offset_ms', 'frozen_at'])
      .executeTakeFirstOrThrow();
    return { offsetMs: offset_ms, frozenAt: frozen_at };
  }

  /** Sets the clock as a function of its current setting. The row stays locked meanwhile, so that other changes wait. */
  async updateClock(change: (setting: ClockSetting) => ClockSetting): Promise<ClockSetting> {
    return this.#db.transaction().execute(async (transaction) => {
      const row = await transaction.selectFrom('sandbox_clock').select(['offset_ms', 'frozen_at']).forUpdate().executeTakeFirstOrThrow();
      const { offsetMs, frozenAt } = change({ offsetMs: row.offset_ms, frozenAt: row.frozen_at });
      await transaction.updateTable('sandbox_clock').set({ offset_ms: offsetMs, frozen_at: frozenAt }).execute();
      return { offsetMs, frozenAt };
    });
  }

  /**
   * Arranges the outcome of the next deliveries over a channel.
   * @param recipient the normalised address; null for any
   */
  async setOutcome(channel: string, recipient: string | null, { outcome, delayMs }: SandboxOutcome, times: number): Promise<void> {
    const arranged = { outcome, delay_ms: delayMs, remaining: times };
    await this.#db
      .insertInto('sandbox_outcomes')
      .values({ channel, recipient: recipient ?? anyRecipient, ...arranged })
      .onConflict((conflict) => conflict.columns(['channel', 'recipient']).doUpdateSet(arranged))
      .execute();
  }

  /** Uses up one arranged outcome. Outcomes for the address come before those for any. Deliveries succeed if none is left. */
  async takeOutcome(channel: string, recipient: string): Promise<SandboxOutcome> {
    const taken = await this.#db
      .updateTable('sandbox_outcomes')
      .set({ remaining: sql<number>`remaining - 1` })
      .where('channel', '=', channel)
      .where('recipient', '=', (query) =>
        query
          .selectFrom('sandbox_outcomes')
          .select('recipient')
          .where('channel', '=', channel)
          .where('recipient', 'in', [recipient, anyRecipient])
          .where('remaining', '>', 0)
          .orderBy('recipient', 'desc')
          .limit(1),
      )
      .where('remaining', '>', 0)
      .returning(['outcome', 'delay_ms'])
      .executeTakeFirst();
    return taken ? { outcome: taken.outcome, delayMs: taken.delay_ms } : { outcome: 'succeed', delayMs: null };
  }
}

/** Sorts before every address. */
const anyRecipient = '';

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
    notice: row.notice,
    sentAt: row.sent_at,
  };
}
