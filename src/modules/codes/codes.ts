/** The module `codes`: verifies email addresses and telephone numbers by one-time codes. */
import { codeFigures } from '../../../machines/codes-figures.ts';
import { emailVerification } from '../../../machines/email-verification-interface.ts';
import { phoneVerification } from '../../../machines/phone-verification-interface.ts';
import { codeExpiryDelay, deliverCode, sendBy } from '../../delivery/deliver-code.ts';
import { normaliseEmail } from '../../delivery/email-address.ts';
import { readPhoneNumber } from '../../delivery/phone-number.ts';
import { InvalidBody } from '../../engine/errors.ts';
import { fixedDelayMs } from '../../engine/machines/xstate-transition.ts';
import { adminDestinationRoutes } from '../../http/admin/admin-destination-routes.ts';
import { adminDestinationPaths } from '../../http/admin/admin-schemas.ts';
import { sandboxDestinationRoutes } from '../../http/sandbox/sandbox-destinations.ts';
import { sandboxDestinationPaths } from '../../http/sandbox/sandbox-paths.ts';
import { codeResolver, newCodeResolver } from '../../resolvers/code.ts';
import { codeAdmission } from '../../resolvers/code-admission.ts';
import { CodeGuesses } from '../../resolvers/code-guesses.ts';
import { destinationResolver } from '../../resolvers/destination.ts';
import { channelResolver, phoneResolver } from '../../resolvers/phone.ts';
import { reportResolver } from '../../resolvers/report.ts';
import { OneTimeCodes } from '../../secrets/one-time-codes.ts';
import { GuessRecords } from '../../store/guess-records.ts';
import { codeMigrations } from '../../store/module-migrations.ts';
import { builtInDiagrams } from '../built-in-diagrams.ts';
import type { Host } from '../host.ts';
import { messages } from '../messages/messages.ts';
import { messageKey } from '../messages/services.ts';
import { defineModule } from '../module.ts';
import { codeRefusals } from './refusals.ts';
import { type CodeServices, codeKey, type DeliveryRule } from './services.ts';

export function codes() {
  return defineModule({
    name: 'codes',
    needs: [messages()],
    workflows: [emailVerification, phoneVerification],
    diagrams: builtInDiagrams,
    figures: codeFigures,
    // A resend must be possible while the code lasts, and a code must be able to expire before its session does.
    order: [
      ['setUpResendCooldownMs', 'codeLifetimeMs'],
      ['resendCooldownMs', 'codeLifetimeMs'],
      ['codeLifetimeMs', 'sessionLifetimeMs'],
    ],
    refusals: codeRefusals,
    claims: {
      email: ({ email }) => ({ email, email_verified: true }),
      // The telephone number is optional.
      phone: ({ phone }) => (phone === undefined ? {} : { phone_number: phone, phone_number_verified: true }),
    },
    migrations: codeMigrations,
    key: codeKey,
    open: openCodes,
    resolvers: {
      code: ({ guesses, matches, reached }) => codeResolver(guesses, matches, reached),
      newCode: ({ guesses }) => newCodeResolver(guesses),
      destination: ({ guesses }, host) =>
        destinationResolver(normaliseEmail, host.use(messageKey).need, { guesses, now: () => host.now() }),
      phone: ({ guesses }, host) => {
        const { readNumber, need } = host.use(messageKey);
        return phoneResolver(readNumber, need, { guesses, now: () => host.now(), countRejected: host.use(messageKey).countRejected });
      },
      channel: (_, host) => channelResolver(host.use(messageKey).need, host.use(messageKey).countRejected),
      report: reportResolver(),
    },
    tasks: {
      deliverCode: ({ codeFor, guesses, rules }, host) => {
        const { providerFor, templates, budget } = host.use(messageKey);
        const deliver = deliverCode({
          channels: host.registries.channels,
          codeFor,
          providerFor,
          render: (message) => templates.render(message),
          validForMs: ({ workflow, version }) => fixedDelayMs(host.workflowOf(workflow, version)?.machine, codeExpiryDelay),
          budget,
          forbidsEmail: (attempt) => anyOf(rules, async (rule) => (await rule.forbidsEmail?.(attempt)) === true),
          instead: async (attempt) => {
            for (const rule of rules) {
              const notice = await rule.instead?.(attempt);
              if (notice) return notice;
            }
            return null;
          },
        });
        return codeAdmission(deliver, guesses, () => host.now());
      },
    },
    routes: ({ guesses }, host) => [
      ...(host.adminGate === null
        ? []
        : [
            {
              app: adminDestinationRoutes({ gate: host.adminGate, openDestination: (to) => guesses.open(destinationOf(to)) }),
              paths: adminDestinationPaths,
            },
          ]),
      ...(host.sandbox === null
        ? []
        : [
            {
              app: sandboxDestinationRoutes({
                recipient: host.use(messageKey).recipient,
                setDestination: (to, state) => guesses.set(to, state, host.now()),
              }),
              paths: sandboxDestinationPaths,
            },
          ]),
    ],
    purge: (_, host, at) => new GuessRecords(host.store.limits).purge(at),
  });
}

function openCodes(host: Host): CodeServices {
  const { keyring, log } = host;
  const { budget } = host.use(messageKey);
  const figures = host.figures(codeFigures);
  const oneTimeCodes = new OneTimeCodes(keyring);
  const rules: DeliveryRule[] = [];
  const countGuesses: CodeServices['countGuesses'] = (limits) =>
    new CodeGuesses({
      store: new GuessRecords(host.store.limits),
      hashes: (parts) => keyring.ids.map((id) => keyring.mac(id, 'guess', parts).toString('base64url')),
      limits: {
        ...limits,
        windowMs: figures.wrongCodesWindowMs,
        perDay: figures.throttledCodesPerDay,
        perNetwork: figures.throttledCodesPerNetwork,
      },
    });
  return {
    matches: (code, guess) => oneTimeCodes.matches(code, guess),
    codeFor: (code) => oneTimeCodes.derive(code),
    reached: async ({ id, context, personal }, caller) => {
      const [codeNumber, sendNumber] = [Number(context['codesIssued']), Number(context['sendsOfCode'])];
      const send = sendBy(context['channel'] === 'voice' ? 'voice' : 'sms', { sessionId: id, codeNumber, sendNumber, personal });
      // If this fails, the country's limit allows one message less. Refusing the correct code would be worse: it would lock a person out.
      await budget.giveBack(send, caller).catch((error: unknown) => log.warn({ session: id, err: error }, 'a draw was not given back'));
    },
    guesses: countGuesses({
      names: { day: 'guesses', network: 'guesses-network', closed: 'guesses-closed' },
      wrong: figures.wrongCodesPerDestination,
      failures: figures.failuresPerDestination,
    }),
    countGuesses,
    rules,
    addRule: (rule) => {
      rules.push(rule);
    },
  };
}

/** @throws InvalidBody for text that is neither an address nor a number */
function destinationOf(to: string): string {
  const number = readPhoneNumber(to, null, null);
  const destination = 'e164' in number ? number.e164 : normaliseEmail(to)?.identity;
  if (destination === undefined) throw new InvalidBody('/to', 'Neither an email address nor an international number');
  return destination;
}

async function anyOf<Item>(items: readonly Item[], holds: (item: Item) => Promise<boolean>): Promise<boolean> {
  for (const item of items) if (await holds(item)) return true;
  return false;
}
