/** Verifies the presence of an account's owner: by a password, and by a code, another factor or a trusted device. */
import { assign, stateIn } from 'xstate';
import type { accountFigures } from './accounts-figures.ts';
import type { AccountChannel } from './channels.ts';
import { codeEntry } from './code-entry.ts';
import { type CodeFigures, type LoginCodeContext, noCodeYet } from './code-entry-setup.ts';
import { type EnrolmentEvent, noProofYet } from './factor.ts';
import { enrolmentGuards, enrolmentStates, enrolmentTasks } from './factor-enrolment.ts';
import type { FiguresOf } from './figures.ts';
import { refusals } from './refusals.ts';
import { deniedScreen, doneScreen } from './screens.ts';

export type LoginFigures = CodeFigures & FiguresOf<typeof accountFigures>;

export type LoginContext = LoginCodeContext & {
  wrongCredentials: number;
  /** The device needed no code. */
  trusted: boolean;
};

/** Correct credentials include the second step: a code over a channel that the account has, or a factor. `locks`: the wrong password locks the account. */
export type Credentials =
  | { type: 'SUBMIT_CREDENTIALS'; correct: false; locks?: true }
  | { type: 'SUBMIT_CREDENTIALS'; correct: true; trusted: true }
  | { type: 'SUBMIT_CREDENTIALS'; correct: true; trusted: false; channel: AccountChannel }
  | { type: 'SUBMIT_CREDENTIALS'; correct: true; trusted: false; factor: true };

/** Every state takes it, except the one that stores a factor. */
const cancel = { CANCEL: '#cancelled' } as const;

const lockNotice = { type: 'notifyOwner', params: { notice: 'password-locked' } } as const;

export function loginVerificationMachine(figures: LoginFigures) {
  const { fragment, states } = codeEntry.ofLogin(figures, {
    types: {} as { context: LoginContext; events: Credentials | EnrolmentEvent },
    cooldownMs: figures.resendCooldownMs,
    success: 'recognised',
    tasks: enrolmentTasks,
  });
  const { codeActive, expired, provingFactor, ...ends } = states;
  const set = fragment.extend({
    guards: {
      ...enrolmentGuards,
      isTrusted: ({ event }) => event.type === 'SUBMIT_CREDENTIALS' && event.correct && event.trusted,
      hasCorrectCredentials: ({ event }) => event.type === 'SUBMIT_CREDENTIALS' && event.correct,
      hasFactor: ({ event }) => event.type === 'SUBMIT_CREDENTIALS' && 'factor' in event,
      isLocking: ({ event }) => event.type === 'SUBMIT_CREDENTIALS' && !event.correct && event.locks === true,
      isStoring: stateIn('#storingFactor'),
      isLastTry: ({ context }) => context.wrongCredentials + 1 >= figures.credentialsPerSession,
    },
    actions: {
      takeChannel: assign({ channel: ({ event }) => ('channel' in event ? event.channel : null), wrongCredentials: 0 }),
      /** The code is over. Its counts would make a graph of each of their combinations with what follows. */
      forgetCode: assign({ ...noCodeYet }),
      noteTrustedDevice: assign({ trusted: true, wrongCredentials: 0 }),
      noteEnrolled: assign({ enrols: false }),
      countWrongCredentials: assign({ wrongCredentials: ({ context }) => context.wrongCredentials + 1 }),
    },
  });

  return set.createMachine({
    id: 'login-verification',
    context: {
      ...noCodeYet,
      ...noProofYet,
      channel: null,
      wrongCredentials: 0,
      trusted: false,
      trustDevice: false,
      mailed: false,
      enrols: false,
    },
    initial: 'awaitingCredentials',
    // A factor that is being stored may be stored already, so the end of that task decides.
    after: { sessionLifetime: [{ guard: 'isStoring' }, { target: '.abandoned' }] },
    states: {
      awaitingCredentials: {
        id: 'awaitingCredentials',
        description: 'The person enters the email address and the password of the account.',
        meta: { screen: 'credentials-entry', title: 'Log in' },
        on: {
          ...cancel,
          SUBMIT_CREDENTIALS: [
            // A login on a trusted device does not reset the count of wrong codes. Otherwise a stolen device would allow unlimited guesses
            // at the codes of account changes.
            { guard: 'isTrusted', target: 'authenticated', actions: ['noteTrustedDevice', 'rememberNetwork'] },
            { guard: 'hasFactor', target: 'provingFactor', actions: 'takeChannel' },
            { guard: 'hasCorrectCredentials', target: 'codeActive', actions: 'takeChannel' },
            { guard: 'isLocking', target: 'denied', actions: ['countWrongCredentials', lockNotice, refusals.invalidCredentials] },
            { guard: 'isLastTry', target: 'denied', actions: ['countWrongCredentials', refusals.invalidCredentials] },
            { actions: ['countWrongCredentials', refusals.invalidCredentials] },
          ],
        },
      },
      ...ends,
      codeActive: { ...codeActive, on: { ...codeActive.on, ...cancel } },
      expired: { ...expired, on: { ...expired.on, ...cancel } },
      provingFactor: { ...provingFactor, on: { ...provingFactor.on, ...cancel } },
      recognised: {
        id: 'recognised',
        description:
          'The owner has proved to be present. If the service demands a factor that the account does not have, it is enrolled now.',
        meta: doneScreen('You are logged in'),
        entry: 'forgetCode',
        always: [{ guard: 'enrols', target: 'enrollingFactor' }, { target: 'authenticated' }],
      },
      ...enrolmentStates({ success: 'authenticated' }),
      authenticated: {
        id: 'authenticated',
        type: 'final',
        entry: 'noteEnrolled',
        description: 'The password was correct, and so was the code or the other factor, unless the owner trusts the device.',
        meta: doneScreen('You are logged in'),
      },
      denied: {
        id: 'denied',
        type: 'final',
        description:
          'Too many wrong credentials, in this session or for the account, or the account has changed in the meantime. Another login needs a new session.',
        meta: deniedScreen,
      },
    },
  });
}
