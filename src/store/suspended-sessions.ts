/** The migration that adds suspended sessions to the index of stranded ones. */
import { type Migration, sql } from 'kysely';

export const suspendedSessions: Migration = {
  async up(db) {
    // This index replaces that of stranded sessions.
    await sql`create index sessions_set_aside on sessions (workflow, version) where status in ('stranded', 'suspended')`.execute(db);
    await sql`drop index sessions_stranded`.execute(db);
  },
};
