/** What the sandbox's routes work with. */
import { type Channels, recipient } from './channels.ts';
import type { Config } from './config.ts';
import type { Engine } from './engine/engine.ts';
import type { Worker } from './engine/worker.ts';
import type { Guesses } from './guesses.ts';
import type { AppParts } from './http/app.ts';
import { reportFailure } from './http/delivery-reports.ts';
import { type Identity, sandboxAccounts } from './identity.ts';
import type { SandboxClock } from './sandbox/sandbox-clock.ts';
import { SandboxTime } from './sandbox/sandbox-time.ts';
import type { Store } from './store/store.ts';

interface SandboxFoundation {
  readonly config: Config;
  readonly store: Store;
  readonly clock: SandboxClock;
  readonly worker: Worker;
  readonly engine: Engine;
  readonly channels: Channels;
  readonly identity: Identity;
  readonly guesses: Guesses;
  readonly agentKey: string;
}

export function sandboxParts({
  config,
  store,
  clock,
  worker,
  engine,
  channels,
  identity,
  guesses,
  agentKey,
}: SandboxFoundation): NonNullable<AppParts['sandbox']> {
  return {
    serviceName: config.serviceName,
    agentKey,
    accounts: sandboxAccounts(identity, () => clock.now()),
    previews: () => channels.templates.previews(),
    messages: (query) => store.sandbox.messages(query),
    recipient,
    setDestination: (to, state) => guesses.atDestinations.set(to, state, clock.now()),
    setOutcome: (channel, to, outcome, times) => store.sandbox.setOutcome(channel, to, outcome, times),
    report: (send, failure) => reportFailure(engine, send, failure),
    time: new SandboxTime({
      clock,
      nextTaskDueAt: (until) => store.sessions.nextTaskDueAt(until),
      catchUp: async () => {
        await worker.catchUp();
        await worker.purge();
      },
    }),
  };
}
