/** Opens the modules of a service, and joins what they bring. */
import type { Host } from '../modules/host.ts';
import type { ConfiguredModule, OpenedModule } from '../modules/module.ts';

/** The resolvers, tasks, choices, languages and routes of all modules. The checks before the start made sure that no name stands twice. */
export type OpenedModules = Pick<OpenedModule, 'resolvers' | 'tasks' | 'choices' | 'languages' | 'owners' | 'routes' | 'close'> & {
  /** Deletes the expired records of a module, by the module's name. */
  readonly purges: Readonly<Record<string, (at: number) => Promise<void>>>;
};

/** Opens the modules in order. If one fails, the modules before it are closed. */
export async function openModules(modules: readonly (ConfiguredModule & { readonly name: string })[], host: Host): Promise<OpenedModules> {
  const opened: OpenedModule[] = [];
  const close = () => closeAll(opened.toReversed());
  try {
    for (const module of modules) opened.push(await module.open(host));
    for (const module of opened) await module.ready();
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
  return {
    resolvers: merged(opened.map(({ resolvers }) => resolvers)),
    tasks: merged(opened.map(({ tasks }) => tasks)),
    choices: merged(opened.map(({ choices }) => choices)),
    languages: [...new Set(opened.flatMap(({ languages }) => [...languages]))],
    owners: opened.find(({ owners }) => owners !== null)?.owners ?? null,
    routes: () => opened.flatMap((module) => [...module.routes()]),
    purges: Object.fromEntries(modules.map(({ name }, index) => [name, async (at: number) => opened[index]?.purge(at)])),
    close,
  };
}

/**
 * Closes everything in order, even if a part fails.
 * @throws the first failure
 */
export async function closeAll(parts: readonly { close(): Promise<void> }[]): Promise<void> {
  const failures: unknown[] = [];
  for (const part of parts) await part.close().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

function merged<Value>(parts: readonly Readonly<Record<string, Value>>[]): Readonly<Record<string, Value>> {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part)));
}
