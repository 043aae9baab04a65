/** A step of the schema: suspended sessions are found by an index, as stranded ones are. */
import { type Migration, sql } from 'kysely';

export const suspendedSessions: Migration = {
  async up(db) {
    // As for stranded ones, of which this index takes the place.
    await sql`create index sessions_set_aside on sessions (workflow, version) where status in ('stranded', 'suspended')`.execute(db);
    await sql`drop index sessions_stranded`.execute(db);
  },
};
