/** Text messages and calls through Twilio's REST API, one request per attempt. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Agent as HttpAgent } from 'node:http';
import { Agent } from 'node:https';
import twilio from 'twilio';
import type VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import { retryAfterMs } from '../common/failed-requests.ts';
import { mostAnswerBytes, publicLookup } from '../common/outbound.ts';
import { Attempts, unanswered, unavailable } from './attempts.ts';
import type { DeliveryResult, Message, Provider, RenderedMessage } from './message.ts';
import { isTwilioService } from './twilio-service-sid.ts';

export interface TwilioOptions {
  readonly accountSid: string;
  readonly authToken: string;
  /** The sender: a number in E.164, or for text messages a short code, a name, or the SID of a messaging service (`MG…`). */
  readonly from: string;
  /** The base URL of the API; null for Twilio's own. */
  readonly apiUrl: string | null;
  /** True if the base URL may lie in a private network. */
  readonly allowsPrivate?: boolean;
  /** The URL for Twilio's delivery reports about a message; null for no reports. */
  readonly callbackUrl: (message: Message) => string | null;
  /** Milliseconds since the epoch, on real time rather than the sandbox clock, because Twilio's Retry-After can be a date. */
  readonly now: () => number;
  /** The time limit for one answer, in milliseconds. The default is 8 seconds, because a person waits in front of a screen. */
  readonly timeoutMs?: number;
}

/** Short enough that a voice mailbox does not answer; a person who waits for a code answers sooner. */
const ringSeconds = 30;

/** More connections would only queue at Twilio. */
const mostConnections = 100;

/** Sends the code as a text message. */
export function twilioSms(options: TwilioOptions): Provider {
  const sender = isTwilioService(options.from) ? { messagingServiceSid: options.from } : { from: options.from };
  return provider(options, (client, { to }, { text }, statusCallback) =>
    client.messages.create({ to, body: text, ...sender, ...(statusCallback === null ? {} : { statusCallback }) }),
  );
}

/** Calls the recipient and speaks the message. */
export function twilioVoice(options: TwilioOptions): Provider {
  return provider(options, (client, { to }, { text, language }, statusCallback) => {
    const twiml = new twilio.twiml.VoiceResponse();
    twiml.say({ language: spokenLanguage(language) as SayLanguage }, text);
    const callback = statusCallback === null ? {} : { statusCallback, statusCallbackEvent: ['completed'] };
    return client.calls.create({ to, from: options.from, twiml: twiml.toString(), timeout: ringSeconds, ...callback });
  });
}

type SayLanguage = NonNullable<VoiceResponse.SayAttributes['language']>;

type Request = (client: twilio.Twilio, message: Message, rendered: RenderedMessage, statusCallback: string | null) => Promise<unknown>;

function provider(options: TwilioOptions, request: Request): Provider {
  const current = new AsyncLocalStorage<Attempt>();
  // An environment variable can make the package log requests, and with them codes. This setting prevents that.
  const client = twilio(options.accountSid, options.authToken, { httpClient: attemptClient(options, current), logLevel: 'none' });
  const attempts = new Attempts();
  return {
    name: 'twilio',
    send: (message, rendered, signal) =>
      attempts.run(async () => {
        if (signal.aborted) return unavailable('no', 'given up before Twilio was asked');
        const attempt: Attempt = { key: message.key, signal, retryAfter: null };
        try {
          await current.run(attempt, () => request(client, message, rendered, options.callbackUrl(message)));
          return { outcome: 'accepted' };
        } catch (error) {
          if (signal.aborted) return unavailable('unknown', 'given up before Twilio answered');
          return error instanceof twilio.RestException
            ? refusal(error, retryAfterMs(attempt.retryAfter, options.now()))
            : unanswered('Twilio', error);
        }
      }),
    close: () => attempts.close(),
  };
}

/** One request of the package, and the Retry-After header of its answer. */
interface Attempt {
  readonly key: string;
  readonly signal: AbortSignal;
  retryAfter: string | null;
}

/** The package's own HTTP client, with the base URL of the settings, and with the signal and key of the current attempt. */
function attemptClient(
  { apiUrl, allowsPrivate = false, timeoutMs = 8_000 }: TwilioOptions,
  attempts: AsyncLocalStorage<Attempt>,
): twilio.RequestClient {
  // The engine decides on retries, because its decision survives this process.
  const client = new twilio.RequestClient({ timeout: timeoutMs, autoRetry: false });
  // The package would read HTTP_PROXY, and axios HTTPS_PROXY, each in its own way. No provider reads them.
  client.axios.defaults.proxy = false;
  const lookup = publicLookup({ setting: 'TWILIO_API_URL', connection: 'twilio', allowsPrivate });
  const connections = { keepAlive: true, timeout: timeoutMs, maxTotalSockets: mostConnections, lookup };
  // With TWILIO_CA_BUNDLE, the package has made an agent of its own.
  const made: unknown = client.axios.defaults.httpsAgent;
  if (made instanceof Agent) made.options = { ...made.options, lookup };
  else client.axios.defaults.httpsAgent = new Agent(connections);
  client.axios.defaults.httpAgent = new HttpAgent(connections);
  // The package follows no redirects.
  client.axios.defaults.maxContentLength = mostAnswerBytes;
  client.axios.interceptors.request.use((config) => {
    const attempt = attempts.getStore();
    if (attempt) {
      config.signal = attempt.signal;
      config.headers.set('I-Twilio-Idempotency-Token', attempt.key);
    }
    const { pathname, search } = new URL(config.url ?? '');
    if (apiUrl !== null) config.url = `${apiUrl.replace(/\/+$/, '')}${pathname}${search}`;
    return config;
  });
  client.axios.interceptors.response.use((response) => {
    const attempt = attempts.getStore();
    const after: unknown = response.headers['retry-after'];
    if (attempt && typeof after === 'string') attempt.retryAfter = after;
    return response;
  });
  return client;
}

/**
 * Errors of the recipient, which any other provider would report too (https://www.twilio.com/docs/api/errors). Twilio adds codes over
 * time. A code that is missing here counts as a fault of the operator, so another provider may try.
 */
const recipientErrors: ReadonlyMap<number, string> = new Map([
  [21201, 'the number is missing'],
  [21202, 'the number is a premium one'],
  [21211, 'the number is not valid'],
  [21214, 'the number can’t be reached'],
  [21217, 'the number is not valid'],
  [21265, 'the number is a short code'],
  [21266, 'the number is the sender’s own'],
  [21268, 'the number is a premium one'],
  [21604, 'the number is missing'],
  [21610, 'the recipient has opted out'],
  [21614, 'the number can’t take text messages'],
  [21635, 'the number is a landline'],
]);

/**
 * Errors of the account that depend on the number: its country, its line, or the sender that would reach it. Another provider may reach it.
 * Anyone can name such numbers, so these errors never set the provider aside.
 */
const errorsOfAccountForNumber: ReadonlySet<number> = new Set([
  // Calls: geographic permissions, numbers that the account may not call, and numbers that a trial account has not verified.
  21215, 21216, 21219,
  // Text messages: geographic permissions, numbers that a trial account has not verified, and no route from this sender.
  21408, 21608, 21612,
]);

function refusal({ status, code }: InstanceType<typeof twilio.RestException>, after: number | null): DeliveryResult {
  const numbers = `(${[status, code].filter((number) => number !== undefined && number !== null).join(', ')})`;
  const reason = code === undefined ? undefined : recipientErrors.get(code);
  if (reason !== undefined) return { outcome: 'rejected', reason: `Twilio: ${reason} ${numbers}` };
  if (code !== undefined && errorsOfAccountForNumber.has(code))
    return { ...unavailable('no', `Twilio’s account may not reach this number, check its permissions ${numbers}`), about: 'recipient' };
  if (status === 401) return unavailable('no', `Twilio refused the login, check the account and its token ${numbers}`);
  if (status === 429) return unavailable('no', `Twilio asks for fewer requests ${numbers}`, after);
  if (status < 500) return unavailable('no', `Twilio refused the request ${numbers}`, after);
  return unavailable('unknown', `Twilio is not ready ${numbers}`, after);
}

/** Twilio's voices need a region: `en` becomes `en-US`, `es` becomes `es-ES`. */
function spokenLanguage(tag: string): string {
  const { language, region } = new Intl.Locale(tag).maximize();
  return region === undefined ? language : `${language}-${region}`;
}
