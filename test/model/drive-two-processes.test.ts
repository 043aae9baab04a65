/** Every path of every workflow, each step through another process than the one before. */
import { driveAll, forModes, twoProcesses } from './modes.ts';

driveAll({ name: 'through two processes', size: forModes, paths: 'essential', start: twoProcesses });
