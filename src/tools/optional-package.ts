/** Packages that only authors need: they are no dependencies of the service, and may be missing. */
import { Mistake } from './mistake.ts';

/**
 * Imports a file that needs such a package.
 * @throws Mistake with the command that installs the package, where it is missing
 */
export async function withPackage<Loaded>(name: string, purpose: string, load: () => Promise<Loaded>): Promise<Loaded> {
  try {
    return await load();
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND' && error.message.includes(name);
    if (!isMissing) throw error;
    throw new Mistake(`${purpose} needs the package ${name}, which is not installed: npm install --save-dev ${name}`, { cause: error });
  }
}
