/** `npm run build`: compiles the sources to `dist/`, unless that is fresh. */
import { buildIfStale } from './build.js';

await buildIfStale();
