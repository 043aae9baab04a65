/** `npm start`: builds stale files, then runs the service in this same process, so that signals reach it. */
import { pathToFileURL } from 'node:url';
import { buildIfStale, entry } from './build.js';

await buildIfStale();
await import(pathToFileURL(entry).href);
