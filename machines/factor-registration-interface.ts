/** The interface of the registration of a factor: the parts that the workflows of all factors share. */
import { type TObject, Type } from '@sinclair/typebox';
import { accountCodeEntryEvents, CodeEntryView, codeEntryDeadlines, codeEntryView, deliveryReported } from './code-entry-interface.ts';
import {
  EnrolmentView,
  enrolmentEvents,
  enrolmentView,
  FactorView,
  factorEvents,
  factorView,
  madeEnrolmentEvents,
} from './factor-interface.ts';
import type { FactorFigures } from './factor-proof.ts';
import { factorRegistrationMachine, type RegistrationContext, type RegistrationRequest } from './factor-registration.ts';
import { Device, Locale, LoginChannel, PhoneChannel, plainText } from './fields.ts';
import { closed, type ViewInput } from './workflow.ts';

type ViewOf = ViewInput<RegistrationContext>;

/** A request with each channel to the owner, and one with a factor. */
const requests: readonly RegistrationRequest[] = [
  ...(['sms', 'voice', 'email'] as const).map((channel) => ({ type: 'REQUEST_REGISTRATION', channel }) as const),
  { type: 'REQUEST_REGISTRATION', factor: true },
];

const fields = {
  channel: Type.Optional({ ...PhoneChannel, description: 'The channel of the owner’s code, if the account’s telephone supports it' }),
  factor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 60,
      title: 'Factor',
      description: 'The factor that confirms the request: one of the account, or `code`. By default the preferred or the strongest one',
      examples: ['code'],
    }),
  ),
  device: Type.Optional(Device),
  locale: Type.Optional(Locale),
};

const named = {
  name: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 60,
      pattern: plainText,
      title: 'Name',
      description: 'The owner’s name for the new factor',
      examples: ['Jane’s phone'],
    }),
  ),
};

const outcomes = ['enrolled', 'taken'] as const;
const madeOutcomes = ['enrolled'] as const;

export interface RegistrationTexts {
  readonly id: string;
  readonly collection: string;
  readonly description: string;
  /** The heading at the end. */
  readonly done: string;
  /** True if an account can have several, which the owner names. */
  readonly isNamed: boolean;
  /** True if the service makes the credential for one account, so that no other account can have it. */
  readonly isGenerated?: boolean;
}

const Switch: TObject = Type.Object({ channel: PhoneChannel }, closed);

const View: TObject = Type.Object({
  email: Type.String({ description: 'The address of the account, masked' }),
  phone: Type.Union([Type.String(), Type.Null()], { description: 'The number of the account, masked; null without one' }),
  channel: Type.Union([LoginChannel, Type.Null()], { description: 'The channel of the owner’s code; null if a factor was used instead' }),
  ...CodeEntryView,
  ...FactorView,
  ...EnrolmentView,
});

/**
 * The members of a workflow that registers a factor.
 * @param resolver the resolver of the start, which `registrationOf` of the module `accounts` makes (`host.use(accountKey)`)
 */
export function factorRegistrationWorkflow<const Opener extends string>(
  figures: FactorFigures,
  { id, collection, description, done, isNamed, isGenerated = false }: RegistrationTexts,
  resolver: Opener,
) {
  const { SUBMIT_CODE, RESEND_CODE, REQUEST_NEW_CODE, CANCEL } = accountCodeEntryEvents;
  const body: TObject = Type.Object(isNamed ? { ...named, ...fields } : fields, closed);
  return {
    collection,
    version: 1,
    description,
    machine: factorRegistrationMachine(figures, { id, done, isGenerated }),
    start: {
      by: 'owner' as const,
      body,
      resolver,
      events: requests,
    },
    events: {
      SUBMIT_CODE,
      RESEND_CODE,
      SWITCH_CHANNEL: {
        description: 'Sends the current code again, over another channel.',
        body: Switch,
        resolver: 'accountChannel',
        sender: 'holder',
        payloads: [{ channel: 'sms' }, { channel: 'voice' }],
        // Without a telephone, email is the only channel.
        possible: (_: unknown, { channel }: Readonly<RegistrationContext>) => channel !== 'email',
      },
      REQUEST_NEW_CODE,
      ...factorEvents,
      ...(isGenerated ? madeEnrolmentEvents : enrolmentEvents),
      DELIVERY_REPORTED: deliveryReported(['undelivered', 'busy', 'no-answer']),
      CANCEL,
    },
    outcomes: { enrolFactor: isGenerated ? madeOutcomes : outcomes },
    secrets: ['enrolment', 'credential'],
    view: {
      schema: View,
      of: ({ context, masked, viewer }: ViewOf) => ({
        email: masked['email'],
        phone: masked['phone'] ?? null,
        channel: context.channel,
        ...codeEntryView(figures, context),
        ...factorView(masked),
        ...enrolmentView(masked, { enrols: context.enrols, viewer }),
      }),
    },
    deadlines: codeEntryDeadlines,
  } as const;
}
