/** Global setup of the tests: child processes run the compiled service, whose start takes a third of the time with a loader. */
export { buildIfStale as setup } from '../../src/build/build.js';
