/** The folder of the pictures that come with the package, whatever folder the process was started in. */
export const builtInDiagrams = new URL('../../diagrams/', import.meta.url);
