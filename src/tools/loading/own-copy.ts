/**
 * Lets the files of authors find this copy of the package. A workflow in a folder of its own, such as a mounted one, has no `node_modules`;
 * and a second copy of the package would not know the classes of the first.
 */
import * as nodeModule from 'node:module';
import { pathToFileURL } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { packageFile, sourceEnding } from '../../service/own-package.ts';
import { noteImport } from './used-files.ts';

/** The entries of this package, by the names under which authors import them. */
const entries: Readonly<Record<string, string>> = {
  'verification-workflows': new URL(`../../index.${sourceEnding}`, import.meta.url).href,
  'verification-workflows/client': new URL('../../client/client.js', import.meta.url).href,
  'verification-workflows/testing': new URL(`../../testing/testing.${sourceEnding}`, import.meta.url).href,
};

/** Packages that come with this one, for authors without a copy of their own. */
const companions = ['xstate', '@sinclair/typebox'];

const companion = new RegExp(`^(?:${companions.join('|')})(?:/|$)`);

interface ResolveContext {
  readonly parentURL?: string;
}

type Resolved = { readonly url: string };

type Next = (specifier: string, context: ResolveContext) => Resolved;

/** In the thread of the application; since Node.js 22.15. */
type RegisterHooks = (hooks: { resolve(specifier: string, context: ResolveContext, next: Next): Resolved }) => void;

/** The same rule for older versions of Node.js, which resolve imports in a thread of their own. */
const hooksOfThread = `
let own;
export function initialize(data) { own = data; }
export async function resolve(specifier, context, next) {
  const found = await find(specifier, context, next);
  own.port.postMessage(found.url);
  return found;
}
async function find(specifier, context, next) {
  if (Object.hasOwn(own.entries, specifier)) return next(own.entries[specifier], context);
  try {
    return await next(specifier, context);
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || !new RegExp(own.companion).test(specifier)) throw error;
    return next(specifier, { ...context, parentURL: own.base });
  }
}
`;

let registered = false;

/** Registers the rule once in a process. */
export function registerOwnCopy(): void {
  if (registered) return;
  registered = true;
  const base = pathToFileURL(packageFile).href;
  const { registerHooks } = nodeModule as { readonly registerHooks?: RegisterHooks };
  if (registerHooks === undefined) {
    const url = `data:text/javascript,${encodeURIComponent(hooksOfThread)}`;
    const { port1, port2 } = new MessageChannel();
    port1.on('message', noteImport).unref();
    nodeModule.register(url, { data: { entries, base, companion: companion.source, port: port2 }, transferList: [port2] });
    return;
  }
  const find = (specifier: string, context: ResolveContext, next: Next): Resolved => {
    const entry = entries[specifier];
    if (entry !== undefined) return next(entry, context);
    try {
      return next(specifier, context);
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
      if (!isMissing || !companion.test(specifier)) throw error;
      return next(specifier, { ...context, parentURL: base });
    }
  };
  registerHooks({
    resolve: (specifier, context, next) => {
      const found = find(specifier, context, next);
      noteImport(found.url);
      return found;
    },
  });
}
