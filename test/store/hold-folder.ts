/** A process that locks a folder, prints so, and stays until it is killed. Run as: hold-folder.ts <folder> */
import { lockFolder } from '../../src/store/folder-lock.ts';

await lockFolder(process.argv[2] ?? '');
process.stdout.write('ready\n');
setInterval(() => {}, 60_000);
