/** The interface of account set-up. */
import { Type } from '@sinclair/typebox';
import { accountSetupMachine, type SetupContext, type SetupFigures } from './account-setup.ts';
import { Device, EmailAddress, Locale, NewPassword, noFields, noPayload } from './fields.ts';
import { linkingEvents } from './linking-interface.ts';
import { closed, defineWorkflow, type Migration } from './workflow.ts';

/**
 * A session of version 1 exchanged its grant without a confirmation, and a forwarded address may have brought that grant. The
 * exchange is dropped, and the person links again. An account that is being made already stays as it is.
 */
const withConfirmation: Migration<SetupContext, Omit<SetupContext, 'wrongLinkValues'>> = ({ value, context, timers, tasks }) =>
  value === 'exchangingGrant'
    ? {
        value: 'linking',
        context: { ...context, wrongLinkValues: 0, linked: false, linkFailure: 'unconfirmed' },
        timers,
        tasks: tasks.filter(({ id }) => id !== 'exchangeGrant'),
      }
    : { value, context: { ...context, wrongLinkValues: 0 }, timers, tasks };

const plain = { body: noFields, resolver: null, sender: 'holder', payloads: noPayload } as const;

export const accountSetup = defineWorkflow('account-setup', (figures: SetupFigures) => ({
  collection: 'account-setups',
  version: 2,
  migrations: { 1: withConfirmation },
  description: 'Sets up an account: verifies its address, and its telephone number if it is to have one.',
  machine: accountSetupMachine(figures),
  start: {
    body: Type.Object({ email: EmailAddress, password: NewPassword, device: Type.Optional(Device), locale: Type.Optional(Locale) }, closed),
    resolver: 'newAccount',
    events: [null],
  },
  events: {
    CONTINUE_WITHOUT_PHONE: {
      ...plain,
      resolver: 'withoutPhone',
      description: 'Does without a telephone number: codes will come by email.',
    },
    ...linkingEvents,
    SKIP_LINK: { ...plain, resolver: 'withoutLink', description: 'Links no account elsewhere.' },
    CANCEL: { ...plain, description: 'Gives the set-up up.' },
  },
  outcomes: { exchangeGrant: ['linked', 'refused'], createAccount: ['created', 'taken', 'link-taken'] },
  children: {
    'email-verification': { shares: { email: 'email' } },
    'phone-verification': { shares: { phone: 'phone' } },
  },
  secrets: ['passwordHash', 'linkState', 'linkNonce', 'linkVerifier', 'linkQuery', 'linkReturnTo', 'linkValueHash', 'authorizationUrl'],
  view: {
    schema: Type.Object({
      email: Type.String({ description: 'The address, masked; the one that was verified, once one was' }),
      phone: Type.Union([Type.String(), Type.Null()], { description: 'The number, masked; null until one was verified' }),
      authorizationUrl: Type.Union([Type.String({ format: 'uri' }), Type.Null()], {
        description: 'Where the person agrees to link an account elsewhere; null while nothing of the kind is under way',
      }),
      linkFailure: Type.Union([Type.String(), Type.Null()], {
        description:
          'Why the latest attempt linked nothing: `refused`, `expired`, `unconfirmed`, `unavailable`, `taken`; null where nothing went wrong',
      }),
    }),
    of: ({ context, masked }) => ({
      email: masked['email'],
      phone: masked['phone'] ?? null,
      authorizationUrl: context.away ? (masked['authorizationUrl'] ?? null) : null,
      linkFailure: context.linkFailure,
    }),
  },
  deadlines: { linkLifetime: 'linkExpiresAt', sessionLifetime: 'endsAt' },
  success: { outcome: 'complete', claims: ['email', 'phone'] },
}));
