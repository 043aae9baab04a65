/** Every pair of transitions in each workflow, each step through another process than the one before. */
import { driveAll, pairs, twoProcesses } from './modes.ts';
import { forModes } from './size.ts';

driveAll({ name: 'through two processes', size: forModes, paths: pairs, start: twoProcesses });
