/** The folder of the package's pictures, independent of the process's working directory. */
export const builtInDiagrams = new URL('../../diagrams/', import.meta.url);
