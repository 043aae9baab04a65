/** The bodies and answers of the sandbox's clock, inbox and deliveries. */
import { Type } from '@sinclair/typebox';
import { closed } from '../../../machines/workflow.ts';
import { Id, Nullable, Time } from '../requests/schema-members.ts';

/** ISO 8601 with a zone, to the second or finer. Without a zone, a time would depend on the machine that reads it. */
const timeWithZone = '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$';

export const ClockBody = Type.Union(
  [
    Type.Object(
      {
        advance: Type.String({
          maxLength: 60,
          description: 'The distance, as an ISO 8601 duration of days, hours, minutes and seconds',
          examples: ['PT90S'],
        }),
      },
      { ...closed, title: 'Advance the clock' },
    ),
    Type.Object(
      {
        set: Type.String({
          pattern: timeWithZone,
          description: 'The new time, ISO 8601; not in the past',
          examples: ['2026-01-01T00:40:00Z'],
        }),
      },
      { ...closed, title: 'Set the clock' },
    ),
    Type.Object(
      { freeze: Type.Boolean({ description: 'True stops the clock, false lets it run', examples: [true] }) },
      { ...closed, title: 'Freeze the clock' },
    ),
    Type.Object(
      { reset: Type.Literal(true, { description: 'Returns the clock to the real time' }) },
      { ...closed, title: 'Reset the clock' },
    ),
  ],
  { description: 'The change of the clock: exactly one of these', examples: [{ advance: 'PT90S' }] },
);

/** The most deliveries that one request arranges: more than any test sends. */
const mostDeliveries = 1000;

export const DeliveryBody = Type.Object(
  {
    channel: Type.String({ minLength: 1, maxLength: 30, description: 'The channel of the deliveries', examples: ['email'] }),
    outcome: Type.Union([Type.Literal('succeed'), Type.Literal('fail'), Type.Literal('delay')], {
      description: 'The outcome: the messages arrive, fail for good, or take longer than a caller waits',
      examples: ['fail'],
    }),
    times: Type.Optional(
      Type.Integer({ minimum: 1, maximum: mostDeliveries, default: 1, description: 'The number of deliveries', examples: [1] }),
    ),
    to: Type.Optional(
      Type.String({ minLength: 1, maxLength: 320, description: 'Only deliveries to this address', examples: ['jane@example.com'] }),
    ),
    delay: Type.Optional(
      Type.String({
        maxLength: 40,
        description: 'With `delay`: the time until the confirmation, as an ISO 8601 duration',
        examples: ['PT10S'],
      }),
    ),
  },
  closed,
);

export const ReportBody = Type.Object(
  {
    sessionId: Type.String({
      pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
      description: 'The session that sent the message',
      examples: ['019b7a3e-5c00-7d3a-8f21-6b0c9e4d1a57'],
    }),
    failure: Type.Union([Type.Literal('undelivered'), Type.Literal('busy'), Type.Literal('no-answer')], {
      description: 'The provider’s report: the message did not arrive, or the recipient could not be reached',
      examples: ['undelivered'],
    }),
    codeNumber: Type.Optional(
      Type.Integer({ minimum: 1, description: 'The number of the code within the session; the current code by default' }),
    ),
    sendNumber: Type.Optional(Type.Integer({ minimum: 1, description: 'The number of the send of that code; the latest send by default' })),
  },
  closed,
);

export const DeliveryAnswer = Type.Object({ channel: Type.String(), outcome: Type.String(), times: Type.Integer() });

export const ClockAnswer = Type.Object({
  now: Time('The time of the clock'),
  frozen: Type.Boolean({ description: 'True if the clock is stopped' }),
});

export const MessagesAnswer = Type.Object({
  messages: Type.Array(
    Type.Object({
      id: Id('The message'),
      sessionId: Id('The session that sent the message'),
      channel: Type.String({ examples: ['email'] }),
      to: Type.String({ description: 'The address as it was given', examples: ['jane@example.com'] }),
      subject: Nullable(Type.String({ examples: ['Your code is 042137'] })),
      text: Type.String({ description: 'The message in plain text' }),
      html: Nullable(Type.String({ description: 'The message in HTML' })),
      code: Nullable(Type.String({ description: 'The code in the message; null in a notice', examples: ['042137'] })),
      notice: Nullable(
        Type.String({ description: 'The kind of the notice; null in a message with a code', examples: ['password-changed'] }),
      ),
      sentAt: Time('The time of the send, on the sandbox’s clock'),
    }),
    { description: 'The messages, newest first' },
  ),
});
