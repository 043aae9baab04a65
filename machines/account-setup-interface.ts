/** The interface of account set-up. */
import { Type } from '@sinclair/typebox';
import { accountSetupMachine, type SetupContext, type SetupFigures } from './account-setup.ts';
import { accountSetupPromises } from './account-setup-promises.ts';
import { defineWorkflow } from './define-workflow.ts';
import { Device, EmailAddress, Locale, NewPassword, noFields, noPayload } from './fields.ts';
import { linkingEvents } from './linking-interface.ts';
import { closed, type Migration } from './workflow.ts';

/** The context of version 2, where `atProvider` had another name. */
type FormerContext = Omit<SetupContext, 'atProvider'> & { away?: boolean };

const withAtProvider: Migration<SetupContext, FormerContext> = ({ context: { away = false, ...context }, ...stored }) => ({
  ...stored,
  context: { ...context, atProvider: away },
});

/**
 * Version 1 exchanged a grant without a confirmation, so the grant may come from another person's browser. The exchange is dropped, and the
 * person links again. If the account is already being created, nothing changes.
 */
const withConfirmation: Migration<FormerContext, Omit<FormerContext, 'wrongLinkValues'>> = ({ value, context, timers, tasks }) =>
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
  version: 4,
  migrations: { 1: (stored) => withAtProvider(withConfirmation(stored)), 2: withAtProvider, 3: (stored) => stored },
  description: 'Sets up an account: verifies its address, and optionally a telephone number.',
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
      description: 'Skips the telephone number: codes will go by email.',
    },
    ...linkingEvents,
    SKIP_LINK: { ...plain, resolver: 'withoutLink', description: 'Skips the link to an account at a provider.' },
    CANCEL: { ...plain, description: 'Cancels the set-up.' },
  },
  outcomes: { exchangeGrant: ['linked', 'refused'], createAccount: ['created', 'taken', 'link-taken'] },
  children: {
    'email-verification': { shares: { email: 'email' } },
    'phone-verification': { shares: { phone: 'phone' } },
  },
  secrets: ['passwordHash', 'linkState', 'linkNonce', 'linkVerifier', 'linkQuery', 'linkReturnTo', 'linkValueHash', 'authorizationUrl'],
  view: {
    schema: Type.Object({
      email: Type.String({ description: 'The address, masked: the verified one as soon as there is one' }),
      phone: Type.Union([Type.String(), Type.Null()], { description: 'The verified number, masked; null before' }),
      authorizationUrl: Type.Union([Type.String({ format: 'uri' }), Type.Null()], {
        description: 'The provider’s page on which the person agrees to the link; null while no link is under way',
      }),
      linkFailure: Type.Union([Type.String(), Type.Null()], {
        description:
          'The reason why the latest attempt did not link an account: `refused`, `expired`, `unconfirmed`, `unavailable`, `taken`; null without a failure',
      }),
    }),
    of: ({ context, masked }) => ({
      email: masked['email'],
      phone: masked['phone'] ?? null,
      authorizationUrl: context.atProvider ? (masked['authorizationUrl'] ?? null) : null,
      linkFailure: context.linkFailure,
    }),
  },
  deadlines: { linkLifetime: 'linkExpiresAt', sessionLifetime: 'endsAt' },
  success: { outcome: 'complete', claims: ['email', 'phone'] },
  promises: accountSetupPromises,
}));
