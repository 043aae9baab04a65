/** Global setup of the tests: child processes run the compiled service, which starts three times as fast as with a loader. */
export { buildIfStale as setup } from '../../src/build/build.js';
