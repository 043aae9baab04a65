/** The parts of a running service that its modules, its engine and its application share. */
import { serviceFigures } from '../../machines/service-figures.ts';
import type { NamedKey } from '../config/values.ts';
import type { Clock } from '../engine/clock.ts';
import type { Engine } from '../engine/engine.ts';
import { type AddressOf, addressesUnder } from '../http/addresses.ts';
import type { AdminGateDeps } from '../http/authentication/admin-keys.ts';
import type { HttpListener } from '../http/listener.ts';
import { Metrics } from '../http/monitoring/metrics.ts';
import { requestCallers } from '../http/requests/request-callers.ts';
import { StartCounts } from '../http/requests/start-limits.ts';
import { SessionResults } from '../http/sessions/session-results.ts';
import { SessionStreams } from '../http/sessions/session-stream.ts';
import type { Keyring } from '../secrets/keyring.ts';
import { PartyTokens } from '../secrets/party-tokens.ts';
import { PersonalVault } from '../secrets/personal-vault.ts';
import { SessionTokens } from '../secrets/session-tokens.ts';
import { SignedResults } from '../secrets/signed-results.ts';
import { TokenSigner } from '../secrets/token-signer.ts';
import { adminsOf, nameOfKey } from './admin-keys.ts';
import type { Design } from './design.ts';
import { figureValues } from './hosting.ts';
import type { OpenStore } from './open-store.ts';

export interface RunningDeps extends Design, OpenStore {
  readonly keyring: Keyring;
  /** The address at which clients reach the service. */
  readonly publicUrl: string;
  /** The address at which the service reaches itself. */
  readonly ownUrl: string;
  /** Null if the metrics have no port of their own. */
  readonly metricsListener: HttpListener | null;
}

export interface ServiceContext extends RunningDeps {
  readonly addressOf: AddressOf;
  /** The sandbox's clock, or the database's. */
  readonly clock: Clock;
  readonly now: () => number;
  readonly audience: string;
  readonly signer: TokenSigner;
  readonly tokens: SessionTokens;
  readonly partyTokens: PartyTokens;
  readonly vault: PersonalVault;
  readonly results: SessionResults;
  readonly streams: SessionStreams;
  readonly metrics: Metrics;
  readonly starts: StartCounts;
  readonly caller: ReturnType<typeof requestCallers>;
  /** Null without admin keys. */
  readonly admins: AdminGateDeps | null;
  /** The key of the sandbox's agent; null outside the sandbox. */
  readonly agentKey: string | null;
  /** The keys of clients. A sandbox without `CLIENT_KEYS` has a key of its own. */
  readonly clientKeys: readonly NamedKey[];
  /** The key of the sandbox's client; null outside the sandbox and with `CLIENT_KEYS`. */
  readonly sandboxClientKey: string | null;
}

/** @param engine the engine, which exists once the modules are open */
export function contextOf(deps: RunningDeps, engine: () => Engine): ServiceContext {
  const { config, assembly, store, databaseClock, sandboxClock, stranded, keyring, publicUrl, log } = deps;
  const clock = sandboxClock ?? databaseClock;
  const now = () => clock.now();
  const { resultLifetimeMs, ...startLimits } = figureValues(config.figures, serviceFigures);
  const audience = config.audience ?? publicUrl;
  const signer = new TokenSigner(keyring, publicUrl);
  const vault = new PersonalVault(keyring);
  const hasOwnClient = config.sandbox && config.clientKeys.length === 0;
  const sandboxClientKey = hasOwnClient ? keyring.mac(keyring.currentId, 'sandbox-client', []).toString('base64url') : null;
  const clientKeys = sandboxClientKey === null ? config.clientKeys : [{ name: 'the sandbox', key: sandboxClientKey }];
  const streams = new SessionStreams();
  const metrics = new Metrics({
    waiting: () => engine().load.count,
    tasks: () => engine().tasks.underWay,
    clockErrorMs: () => databaseClock.errorMs(),
    streams: () => streams.open,
    connections: () => store.connections(),
  });
  for (const version of stranded) metrics.stranded(version);
  return {
    ...deps,
    addressOf: addressesUnder(publicUrl),
    clock,
    now,
    audience,
    signer,
    tokens: new SessionTokens(keyring),
    partyTokens: new PartyTokens(keyring),
    vault,
    results: new SessionResults({
      vault,
      claims: assembly.claims,
      signer: new SignedResults(signer, audience, config.resultAlgorithm),
      resultLifetimeMs,
      now,
    }),
    streams,
    metrics,
    starts: new StartCounts(startLimits),
    caller: requestCallers({ ...config, clientKeyNamed: (key) => nameOfKey(clientKeys, key), log }),
    admins: adminsOf(config.adminKeys, { store, now }),
    clientKeys,
    sandboxClientKey,
    agentKey: config.sandbox ? keyring.mac(keyring.currentId, 'sandbox-agent', []).toString('base64url') : null,
  };
}
