/** The migration for counts of wrong passwords, and for the networks from which owners log in. */
import { type Migration, sql } from 'kysely';

export const passwordGuesses: Migration = {
  async up(db) {
    await sql`
      create table password_guesses (
        key text primary key,
        names text[] not null,
        networks text[] not null,
        paused_until bigint,
        lock text,
        told_until bigint,
        ends_at bigint not null
      ) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02)`.execute(db);
    await sql`create index password_guesses_ended on password_guesses (ends_at)`.execute(db);
    await sql`
      create table owner_networks (
        account_id uuid not null,
        network text not null,
        used_at bigint not null,
        primary key (account_id, network)
      )`.execute(db);
    await sql`create index owner_networks_used on owner_networks (used_at)`.execute(db);
  },
};
