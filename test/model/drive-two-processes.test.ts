/** Every path of every workflow, each step through another process than the one before. */
import { driveAll, twoProcesses } from './modes.ts';

driveAll({ name: 'through two processes', start: twoProcesses });
