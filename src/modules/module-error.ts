/** The error for modules that do not fit together. */

/** The modules of a service do not fit together. The message names each fault in a line. */
export class ModuleError extends Error {
  override readonly name = 'ModuleError';

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
  }
}
