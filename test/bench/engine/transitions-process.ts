/**
 * The engine in a process of its own, with real keys, codes and machines, and a provider that accepts every message at once. Without HTTP
 * and without limits on codes: the figure counts committed steps.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { builtInChannels } from '../../../src/delivery/built-in-channels.ts';
import { deliverCode } from '../../../src/delivery/deliver-code.ts';
import { normaliseEmail } from '../../../src/delivery/email-address.ts';
import { DatabaseClock } from '../../../src/engine/database-clock.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { Workflows } from '../../../src/engine/machines/workflows.ts';
import { serviceCaller } from '../../../src/engine/ports.ts';
import { codeResolver } from '../../../src/resolvers/code.ts';
import { CodeGuesses } from '../../../src/resolvers/code-guesses.ts';
import { destinationResolver } from '../../../src/resolvers/destination.ts';
import { Keyring } from '../../../src/secrets/keyring.ts';
import { OneTimeCodes } from '../../../src/secrets/one-time-codes.ts';
import { PersonalVault } from '../../../src/secrets/personal-vault.ts';
import { KeyedSessionIds } from '../../../src/secrets/session-ids.ts';
import { GuessRecords } from '../../../src/store/guess-records.ts';
import { openPostgres } from '../../../src/store/postgres.ts';
import { policyProfiles } from '../../support/policy.ts';
import { registry } from '../../support/workflows.ts';
import { type Commands, serveCommands } from '../remote.ts';
import { secretKey } from '../services.ts';

const { DATABASE_URL: url = '' } = process.env;
const store = await openPostgres({ url });
let committed = 0;
const clock = new DatabaseClock(() => store.sessions.databaseTime());
await clock.start();
const workflows = new Workflows(registry, policyProfiles.seed);
const workflow = workflows.latest().find(({ name }) => name === 'email-verification');
const keyring = new Keyring([{ id: 'bench', secret: Buffer.from(secretKey, 'base64') }]);
const codes = new OneTimeCodes(keyring);
const { seed } = policyProfiles;
const atDestinations = new CodeGuesses({
  store: new GuessRecords(store.limits),
  hashes: (parts) => keyring.ids.map((id) => keyring.mac(id, 'guess', parts).toString('base64url')),
  limits: {
    names: { day: 'guesses', network: 'guesses-network', closed: 'guesses-closed' },
    windowMs: seed.wrongCodesWindowMs,
    perDay: seed.throttledCodesPerDay,
    perNetwork: seed.throttledCodesPerNetwork,
    wrong: seed.wrongCodesPerDestination,
    failures: seed.failuresPerDestination,
  },
});
/** Codes by session. */
const sent = new Map<string, string>();
const silent = () => {};
const engine = new Engine({
  workflows,
  store: store.sessions,
  clock,
  resolvers: {
    code: codeResolver(
      atDestinations,
      (identity, guess) => codes.matches(identity, guess),
      async () => {},
    ),
    destination: destinationResolver(normaliseEmail, silent, { guesses: atDestinations, now: () => clock.now() }),
  },
  handlers: {
    deliverCode: deliverCode({
      codeFor: (identity) => codes.derive(identity),
      providerFor: () => ({
        name: 'memory',
        send: async ({ sessionId, code }) => {
          sent.set(sessionId, code ?? '');
          return { outcome: 'accepted' };
        },
        close: async () => {},
      }),
      render: () => ({ subject: null, text: '', html: null, language: 'en' }),
      validForMs: () => policyProfiles.seed.codeLifetimeMs,
      channels: builtInChannels,
      forbidsEmail: async () => false,
      instead: async () => null,
      budget: { admit: async () => null, hasRoom: async () => true },
    }),
  },
  vault: new PersonalVault(keyring),
  results: { seal: async () => null },
  sessionIds: new KeyedSessionIds(keyring),
  log: { info: silent, warn: silent, error: silent },
  // Called for every committed transition.
  observer: {
    committed: () => {
      committed += 1;
    },
    attempted: silent,
    conflicted: silent,
    woken: silent,
  },
});

/** Four transitions: the start, the sent message, a wrong code, the right one. */
async function flow(number: number): Promise<void> {
  if (!workflow) throw new Error('The workflow is not registered');
  const { session } = await engine.start(workflow, { email: `person-${number}@example.com` }, null, serviceCaller);
  await engine.settle({ session }, 10_000);
  const code = sent.get(session.id) ?? '';
  sent.delete(session.id);
  const submit = (guess: string) =>
    engine.send(session.id, {
      workflow,
      sender: { as: 'holder' },
      type: 'SUBMIT_CODE',
      body: { code: guess },
      idempotency: null,
      caller: serviceCaller,
    });
  const wrong = await submit(code === '000000' ? '000001' : '000000');
  const right = await submit(code);
  if (wrong.rejection === null || right.session.status !== 'done') throw new Error('A flow did not come to its end');
}

const commands = {
  /** Runs flows concurrently. @returns transitions committed per second, without the warm-up */
  transitions: async ({ flows, warmUpSeconds, seconds }: { flows: number; warmUpSeconds: number; seconds: number }): Promise<number> => {
    let stopped = false;
    let number = 0;
    const running = Array.from({ length: flows }, async () => {
      while (!stopped) {
        number += 1;
        await flow(number);
      }
    });
    await delay(warmUpSeconds * 1000);
    const [begun, before] = [performance.now(), committed];
    await delay(seconds * 1000);
    const perSecond = (committed - before) / ((performance.now() - begun) / 1000);
    stopped = true;
    await Promise.all(running);
    return perSecond;
  },
} satisfies Commands;

export type TransitionCommands = typeof commands;

serveCommands(commands);
