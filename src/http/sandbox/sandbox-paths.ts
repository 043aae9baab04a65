/** The sandbox's part of the OpenAPI document. */
import { type DocumentContext, type JsonObject, json, operation, problems } from '../openapi/operation.ts';
import {
  AgentAnswer,
  BlockBody,
  FactorBody,
  PasswordBody,
  SandboxAccountAnswer,
  SandboxAccountBody,
  WrongPasswordsBody,
} from './sandbox-accounts.ts';
import { DestinationBody } from './sandbox-destinations.ts';
import { ClockAnswer, ClockBody, DeliveryAnswer, DeliveryBody, MessagesAnswer, ReportBody } from './sandbox-schemas.ts';

const text = { type: 'string' };

const tag = 'Sandbox';
const bodyProblems = problems('invalid-request', 'body-too-large', 'unsupported-media-type', 'internal-error', 'unavailable');
const readProblems = problems('internal-error', 'unavailable');

export function sandboxClockPaths(context: DocumentContext): JsonObject {
  const clock = {
    operationId: 'sandboxClock',
    tag,
    summary: 'Read the clock',
    description: 'The clock starts at the real time and runs, unless it is frozen.',
    success: json(200, 'The time', ClockAnswer),
    problems: readProblems,
  };
  const moveClock = {
    operationId: 'sandboxMoveClock',
    tag,
    summary: 'Move the clock',
    description:
      'Advances, sets, freezes or resets the clock. The answer arrives after all timers up to the new time have fired. Only a reset moves the clock back.',
    body: ClockBody,
    success: json(200, 'The time after the move', ClockAnswer),
    problems: bodyProblems,
  };
  const agent = {
    operationId: 'sandboxAgent',
    tag,
    summary: 'Read the key of an agent',
    description: 'With it, an agent asks for support access. It does not open `/admin`.',
    success: json(200, 'The key', AgentAnswer),
    problems: readProblems,
  };
  return {
    '/sandbox/agent': { get: operation(agent, context) },
    '/sandbox/clock': { get: operation(clock, context), post: operation(moveClock, context) },
  };
}

export function sandboxMessagePaths(context: DocumentContext): JsonObject {
  const to = {
    name: 'to',
    in: 'query',
    description: 'Only messages to this address, however it is spelled',
    schema: text,
    example: 'jane@example.com',
  };
  const messages = {
    operationId: 'sandboxMessages',
    tag,
    summary: 'Read the inbox',
    description: 'The newest 100 messages, including their codes.',
    parameters: [to],
    success: json(200, 'The messages, newest first', MessagesAnswer),
    problems: readProblems,
  };
  const delivery = {
    operationId: 'sandboxDelivery',
    tag,
    summary: 'Arrange deliveries',
    description: 'Sets the outcome of the next deliveries over a channel.',
    body: DeliveryBody,
    success: json(200, 'The arrangement', DeliveryAnswer),
    problems: bodyProblems,
  };
  const report = {
    operationId: 'sandboxReport',
    tag,
    summary: 'Report a message as not delivered',
    description:
      'Reports, as a provider would, that an accepted message did not arrive after all. A report about an earlier send than the latest changes nothing.',
    body: ReportBody,
    success: json(200, 'The report', ReportBody),
    problems: [...bodyProblems, ...problems('not-found')],
  };
  return {
    '/sandbox/messages': { get: operation(messages, context) },
    '/sandbox/delivery': { post: operation(delivery, context) },
    '/sandbox/delivery-reports': { post: operation(report, context) },
  };
}

export function sandboxDestinationPaths(context: DocumentContext): JsonObject {
  const destination = {
    operationId: 'sandboxDestination',
    tag,
    summary: 'Throttle, close or open a destination',
    description: 'Has the effect of many wrong codes, or ends that effect.',
    body: DestinationBody,
    success: json(200, 'The new setting', DestinationBody),
    problems: bodyProblems,
  };
  return {
    '/sandbox/destinations': { post: operation(destination, context) },
  };
}

export function sandboxAccountPaths(context: DocumentContext): JsonObject {
  const account = {
    operationId: 'sandboxAccount',
    tag,
    summary: 'Create an account',
    description: 'Its address and number count as verified.',
    body: SandboxAccountBody,
    success: json(201, 'The account', SandboxAccountAnswer),
    problems: [...bodyProblems, ...problems('address-taken', 'invalid-phone', 'weak-password')],
  };
  const ofAccount = [{ name: 'id', in: 'path', required: true, description: 'The account', schema: { type: 'string', format: 'uuid' } }];
  const password = {
    operationId: 'sandboxPassword',
    tag,
    summary: 'Change the password of an account',
    description: 'Has the effect of an account change, without a code from the owner.',
    parameters: ofAccount,
    body: PasswordBody,
    success: { status: 204 as const, description: 'The password is changed', content: {} },
    problems: [...bodyProblems, ...problems('not-found', 'weak-password')],
  };
  const wrongPasswords = {
    operationId: 'sandboxWrongPasswords',
    tag,
    summary: 'Count wrong passwords of an account',
    description:
      'Has the effect of strangers’ guesses, without the pauses. With one wrong password left before the lock, the next wrong one locks the account.',
    parameters: ofAccount,
    body: WrongPasswordsBody,
    success: json(200, 'The new setting', WrongPasswordsBody),
    problems: [...bodyProblems, ...problems('not-found')],
  };
  const block = {
    operationId: 'sandboxBlock',
    tag,
    summary: 'Block codes of an account',
    description: 'Has the effect of many wrong codes, or ends that effect.',
    parameters: ofAccount,
    body: BlockBody,
    success: json(200, 'The new setting', BlockBody),
    problems: [...bodyProblems, ...problems('not-found')],
  };
  const factor = {
    operationId: 'sandboxFactor',
    tag,
    summary: 'Set the factor of an account',
    description:
      'Gives an account the factor `sandbox`, whose typed code names the result: `correct`, `few`, `more`, `wrong`, `unknown`, `foreign` or `cloned`. A login or a change then asks for it in place of a code. A weak one has the name `sandbox-code`.',
    parameters: ofAccount,
    body: FactorBody,
    success: json(200, 'The new setting', FactorBody),
    problems: [...bodyProblems, ...problems('not-found')],
  };
  return {
    '/sandbox/accounts': { post: operation(account, context) },
    '/sandbox/accounts/{id}/factor': { post: operation(factor, context) },
    '/sandbox/accounts/{id}/block': { post: operation(block, context) },
    '/sandbox/accounts/{id}/password': { post: operation(password, context) },
    '/sandbox/accounts/{id}/wrong-passwords': { post: operation(wrongPasswords, context) },
  };
}
