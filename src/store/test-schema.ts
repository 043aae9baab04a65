/** The schema of one test run, in a database that other runs use too. */
import pg from 'pg';

/** Removes a schema with everything in it. A missing schema is no error. @throws the error of the driver */
export async function dropSchema({ url, schema }: { readonly url: string; readonly schema: string }): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  // An error between two statements would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(`drop schema if exists ${client.escapeIdentifier(schema)} cascade`);
  } finally {
    await client.end().catch(() => {});
  }
}
