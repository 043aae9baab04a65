/** Optional packages for authors of workflows. The service does not depend on them, so they may be missing. */
import { Mistake } from './mistake.ts';

/**
 * Imports a file that needs an optional package.
 * @throws Mistake with the command that installs the missing package
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
