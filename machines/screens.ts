/** The screens that several workflows share, with the texts that people read on them. */
import type { StateMeta } from './workflow.ts';

export const codeEntryScreen: StateMeta = { screen: 'code-entry', title: 'Enter the code' };

export const deliveryFailedScreen: StateMeta = {
  screen: 'delivery-failed',
  title: 'The code was not delivered',
  help: 'Send it again, or enter it if it has arrived.',
};

export const lockedScreen: StateMeta = {
  screen: 'locked',
  title: 'Too many wrong codes',
  help: 'This code is locked. You can get a new one once it expires.',
};

export const expiredScreen: StateMeta = { screen: 'expired', title: 'The code has expired', help: 'Get a new code to continue.' };

export const cancelledScreen: StateMeta = { screen: 'cancelled', title: 'Cancelled', help: 'Nothing was changed.' };

export const abandonedScreen: StateMeta = {
  screen: 'abandoned',
  title: 'Out of time',
  help: 'The time to finish ran out. Nothing was changed.',
};

export const deniedScreen: StateMeta = { screen: 'denied', title: 'Request denied', help: 'Start over to try again.' };

export const linkScreen: StateMeta = { screen: 'link-account', title: 'Link another account' };

export const factorScreen: StateMeta = {
  screen: 'factor',
  title: 'Confirm that it is you',
  help: 'Use the method that is shown, or choose another one.',
};

export const enrolmentScreen: StateMeta = {
  screen: 'factor-enrolment',
  title: 'Add a way to confirm that it is you',
  help: 'Follow the steps on your device.',
};

/** @param title says what is done */
export function doneScreen(title: string): StateMeta {
  return { screen: 'done', title };
}
