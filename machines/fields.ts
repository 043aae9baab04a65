/**
 * Fields that several workflows share. The player builds the screens of every workflow from these descriptions. `title` is the label of the
 * field. `autocomplete` names the data that a browser may fill in (the detail tokens of the HTML standard). `choicesFrom` marks a field
 * whose values depend on the deployment. `x-handed-over` marks a field that a page fills in.
 */
import { Type } from '@sinclair/typebox';
import { closed } from './workflow.ts';

/** The body of an event without fields. */
export const noFields = Type.Object({}, closed);
export const noPayload: readonly Readonly<Record<never, never>>[] = Object.freeze([{}]);

/** No control characters: messages show these texts, which must not start a line of their own. */
export const plainText = '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]+$';

/** Only the length is checked here (RFC 5321: 254 characters). The resolver decides if the text is an address. */
export const EmailAddress = Type.String({
  minLength: 3,
  maxLength: 254,
  pattern: plainText,
  title: 'Email address',
  autocomplete: 'email',
  description: 'An email address',
  examples: ['jane@example.com'],
});

/** An id as the service answers it. HTTP reads capitals too. */
export const AccountId = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  description: 'The account',
  examples: ['0193a3c1-5f6e-7b2d-9c4a-1e2f3a4b5c6d'],
});

export const Device = Type.Object(
  {
    type: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 60,
        pattern: plainText,
        title: 'Kind of device',
        description: 'Kind of device',
        examples: ['Phone'],
      }),
    ),
    name: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 60,
        pattern: plainText,
        title: 'Name of the device',
        description: 'The owner’s name for the device',
        examples: ["Jane's phone"],
      }),
    ),
  },
  { ...closed, title: 'This device', description: 'The device of the request. The message names it' },
);

/** A BCP 47 tag of language, script and region. HTTP reads every locale that devices send as such a tag before it checks the pattern. */
export const Locale = Type.String({
  pattern: '^[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?$',
  title: 'Language of messages',
  autocomplete: 'language',
  description: 'Language of messages, in any form that devices use. Messages fall back to the nearest language, then to English',
  examples: ['en-GB'],
});

/** Only the length is checked here. The resolver decides if the text is a number. HTTP reads digits and separators of any script. */
export const PhoneNumber = Type.String({
  minLength: 1,
  maxLength: 40,
  pattern: plainText,
  title: 'Phone number',
  autocomplete: 'tel',
  description:
    'A telephone number: international, or in the national format of `country`. Separators and digits of any script are read as meant',
  examples: ['+14155550132'],
});

/** An ISO 3166-1 alpha-2 code. */
export const Country = Type.String({
  pattern: '^[A-Za-z]{2}$',
  title: 'Country',
  autocomplete: 'country',
  description: 'The country of a national number',
  examples: ['US'],
});

const byText = Type.Literal('sms', { title: 'Text message' });
const byCall = Type.Literal('voice', { title: 'Voice call' });

export const LoginChannel = Type.Union([byText, byCall, Type.Literal('email', { title: 'Email' })], {
  title: 'Receive code by',
  description: 'As a text message, as a call that speaks the code, or as an email',
});

/** Only the length is checked here. The limit is far above every sentence that people choose, and bounds the work of the hash. */
export const Password = Type.String({
  minLength: 1,
  maxLength: 512,
  title: 'Password',
  autocomplete: 'current-password',
  writeOnly: true,
  description: 'The password of the account',
  examples: ['a quiet evening in Porto'],
});

/** The resolver judges the strength. */
export const NewPassword = Type.String({
  minLength: 1,
  maxLength: 512,
  title: 'Password',
  autocomplete: 'new-password',
  writeOnly: true,
  description: 'The new password: 8 characters or more, and hard to guess',
  examples: ['a quiet evening in Porto'],
});

export const PhoneChannel = Type.Union([byText, byCall], {
  title: 'Receive code by',
  description: 'As a text message, or as a call that speaks the code',
});

/** Six ASCII digits as a string, which preserves leading zeros. HTTP reads other forms as these digits before it checks the pattern. */
export const Code = Type.String({
  pattern: '^[0-9]{6}$',
  title: 'Code',
  autocomplete: 'one-time-code',
  description: 'The six digits from the message. Separators, invisible characters and digits of other scripts are read as meant',
  examples: ['042137'],
});
