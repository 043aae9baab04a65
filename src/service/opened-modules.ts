/** Opens the modules of a service, and joins what they bring. */
import type { Host } from '../modules/host.ts';
import type { ConfiguredModule, OpenedModule } from '../modules/module.ts';

/** The resolvers, tasks, choices, languages and routes of all modules. The checks before the start made sure that no name stands twice. */
export type OpenedModules = Pick<OpenedModule, 'resolvers' | 'tasks' | 'choices' | 'languages' | 'owners' | 'routes' | 'purge' | 'close'>;

/** Opens the modules in order. If one fails, the modules before it are closed. */
export async function openModules(modules: readonly ConfiguredModule[], host: Host): Promise<OpenedModules> {
  const opened: OpenedModule[] = [];
  const close = async () => {
    for (const module of opened.toReversed()) await module.close();
  };
  try {
    for (const module of modules) opened.push(await module.open(host));
    for (const module of opened) await module.ready();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    resolvers: merged(opened.map(({ resolvers }) => resolvers)),
    tasks: merged(opened.map(({ tasks }) => tasks)),
    choices: merged(opened.map(({ choices }) => choices)),
    languages: [...new Set(opened.flatMap(({ languages }) => [...languages]))],
    owners: opened.find(({ owners }) => owners !== null)?.owners ?? null,
    routes: () => opened.flatMap((module) => [...module.routes()]),
    purge: async (at) => {
      for (const module of opened) await module.purge(at);
    },
    close,
  };
}

function merged<Value>(parts: readonly Readonly<Record<string, Value>>[]): Readonly<Record<string, Value>> {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part)));
}
