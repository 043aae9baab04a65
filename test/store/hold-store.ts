/** A process that opens a PGlite store, commits a session, prints so, and stays. Run as: hold-store.ts <folder> <session id> */
import { openPglite } from '../../src/store/pglite.ts';
import { creating, session } from './sessions.ts';

const [folder = '', id = ''] = process.argv.slice(2);
const store = await openPglite({ folder });
await store.sessions.commit([creating(session({ id }))]);
process.stdout.write('ready\n');
setInterval(() => {}, 60_000);
