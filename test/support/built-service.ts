/** Global setup of the tests: child processes run the compiled service, which starts in a third of the time that a loader takes. */
export { buildIfStale as setup } from '../../src/build/build.js';
