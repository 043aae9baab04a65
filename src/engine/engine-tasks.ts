/** The names of the tasks that the engine brings itself. */
import { cancelChild, notifyParent } from './children/child-tasks.ts';
import { endedSessionHandlers } from './sessions/ended-session-secrets.ts';

/** No module may bring a task of such a name: the engine's own would replace it. */
export const engineTaskNames: readonly string[] = [notifyParent, cancelChild, ...Object.keys(endedSessionHandlers)];
