/** The migration that adds the index of sessions that wait for an event alone. */
import { type Migration, sql } from 'kysely';

export const waitingSessions: Migration = {
  async up(db) {
    // Few workflows let a session wait without a timer. The columns of the condition are those of other indexes, so a step costs nothing more.
    await sql`create index sessions_waiting on sessions (workflow, version)
      where status = 'active' and due_at is null and lease_until is null`.execute(db);
  },
};
