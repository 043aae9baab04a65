/** Text messages and calls through Twilio's REST API, one request per attempt. */
import { AsyncLocalStorage } from 'node:async_hooks';
import twilio from 'twilio';
import type VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import { Attempts, retryAfterMs, unanswered, unavailable } from './attempts.ts';
import type { CodeMessage, DeliveryResult, Message, Provider, RenderedMessage } from './message.ts';

export interface TwilioOptions {
  readonly accountSid: string;
  readonly authToken: string;
  /** A number in E.164; for text messages also the SID of a messaging service (`MG…`). */
  readonly from: string;
  /** Null: Twilio's own. */
  readonly apiUrl: string | null;
  /** Where Twilio reports what became of a message; null for no reports. */
  readonly callbackUrl: (message: Message) => string | null;
  /** Milliseconds since the epoch, as Twilio's clock has it. */
  readonly now: () => number;
  /** For an answer to one request, in milliseconds; 8 seconds by default: somebody is waiting in front of a screen. */
  readonly timeoutMs?: number;
}

/** Rings no longer: whoever waits for a code answers, and a mailbox does not. */
const ringSeconds = 30;

/** A text message with the code. */
export function twilioSms(options: TwilioOptions): Provider {
  const sender = options.from.startsWith('MG') ? { messagingServiceSid: options.from } : { from: options.from };
  return provider(options, (client, { to }, { text }, statusCallback) =>
    client.messages.create({ to, body: text, ...sender, ...(statusCallback === null ? {} : { statusCallback }) }),
  );
}

/** A call that speaks the message. */
export function twilioVoice(options: TwilioOptions): Provider {
  return provider(options, (client, { to }, { text, language }, statusCallback) => {
    const twiml = new twilio.twiml.VoiceResponse();
    twiml.say({ language: spokenLanguage(language) as SayLanguage }, text);
    const callback = statusCallback === null ? {} : { statusCallback, statusCallbackEvent: ['completed'] };
    return client.calls.create({ to, from: options.from, twiml: twiml.toString(), timeout: ringSeconds, ...callback });
  });
}

type SayLanguage = NonNullable<VoiceResponse.SayAttributes['language']>;

type Request = (client: twilio.Twilio, message: CodeMessage, rendered: RenderedMessage, statusCallback: string | null) => Promise<unknown>;

function provider(options: TwilioOptions, request: Request): Provider {
  const current = new AsyncLocalStorage<Attempt>();
  // The package prints requests, and with them codes, where the environment asks for it: not here.
  const client = twilio(options.accountSid, options.authToken, { httpClient: attemptClient(options, current), logLevel: 'none' });
  const attempts = new Attempts();
  return {
    name: 'twilio',
    send: (message, rendered, signal) =>
      attempts.run(async () => {
        if (message.kind === 'notice') return { outcome: 'rejected', reason: 'notices are not sent by telephone' };
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

/** One request of the package, and what its answer said beside its body. */
interface Attempt {
  readonly key: string;
  readonly signal: AbortSignal;
  retryAfter: string | null;
}

/** The package's own client, told where Twilio is, and of each request which attempt it belongs to. */
function attemptClient({ apiUrl, timeoutMs = 8_000 }: TwilioOptions, attempts: AsyncLocalStorage<Attempt>): twilio.RequestClient {
  // Another attempt is the engine's decision: it outlives this process.
  const client = new twilio.RequestClient({ timeout: timeoutMs, autoRetry: false });
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
 * What is wrong with the recipient, and would be at any other provider too (https://www.twilio.com/docs/api/errors).
 * Twilio adds codes over time: one that is not here counts as the operator's to mend, and another provider may try.
 */
const recipientErrors: ReadonlyMap<number, string> = new Map([
  [21201, 'the number is missing'],
  [21202, 'the number is a premium one'],
  [21211, 'the number is not valid'],
  [21214, 'the number can’t be reached'],
  [21217, 'the number is not valid'],
  [21610, 'the recipient has opted out'],
  [21614, 'the number can’t take text messages'],
  [21635, 'the number is a landline'],
]);

function refusal({ status, code }: InstanceType<typeof twilio.RestException>, after: number | null): DeliveryResult {
  const numbers = `(${[status, code].filter((number) => number !== undefined && number !== null).join(', ')})`;
  const reason = code === undefined ? undefined : recipientErrors.get(code);
  if (reason !== undefined) return { outcome: 'rejected', reason: `Twilio: ${reason} ${numbers}` };
  if (status === 401) return unavailable('no', `Twilio refused the login, check the account and its token ${numbers}`);
  if (status === 429) return unavailable('no', `Twilio asks for fewer requests ${numbers}`, after);
  if (status < 500) return unavailable('no', `Twilio refused the request ${numbers}`, after);
  return unavailable('unknown', `Twilio is not ready ${numbers}`, after);
}

/** Voices have a region: `en` is spoken as `en-US`, `es` as `es-ES`. */
function spokenLanguage(tag: string): string {
  const { language, region } = new Intl.Locale(tag).maximize();
  return region === undefined ? language : `${language}-${region}`;
}
