/** Checks the screens of states: a title or a help that is no text would leave a screen empty. */
import { textsOf } from '../../machines/texts.ts';
import type { Workflow } from '../../machines/workflow.ts';
import type { Fault } from '../engine/machines/fault.ts';
import { statesOf } from '../engine/machines/xstate-transition.ts';

export function screenFaults({ machine }: Workflow): Pick<Fault, 'state' | 'fault'>[] {
  return statesOf(machine).flatMap(({ path, meta }) => {
    const given = Object.entries(typeof meta === 'object' && meta !== null ? meta : {});
    return given
      .filter(([name, value]) => (name === 'title' || name === 'help') && textsOf(value) === null)
      .map(([name]) => ({
        state: path.join('.'),
        fault: `the ${name} of the screen must be a text, or texts by language with \`en\` among them`,
      }));
  });
}
