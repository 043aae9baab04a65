/** The parts that the routes of sessions use. */
import { comparableRecipient } from '../delivery/recipient.ts';
import type { Engine } from '../engine/engine.ts';
import { noOwners } from '../http/authentication/logins.ts';
import { problemsOf } from '../http/problems/problem.ts';
import type { SessionRouteDeps } from '../http/sessions/session-routes.ts';
import { languagesOfMessages } from '../modules/message-channels.ts';
import { RequestFingerprints } from '../secrets/request-fingerprints.ts';
import { adminsOf, nameOfKey } from './admin-keys.ts';
import { masking } from './masking.ts';
import type { OpenedModules } from './opened-modules.ts';
import type { ServiceContext } from './service-context.ts';

export function sessionDepsOf(context: ServiceContext, modules: OpenedModules, engine: Engine): SessionRouteDeps {
  const {
    config,
    assembly,
    workflows,
    store,
    keyring,
    log,
    now,
    addressOf,
    vault,
    results,
    tokens,
    partyTokens,
    streams,
    starts,
    caller,
    agentKey,
  } = context;
  const latest = workflows.latest();
  const languages = new Map(
    workflows.all().map((workflow) => [workflow, [...new Set([...modules.languages, ...languagesOfMessages(workflow, assembly.notices)])]]),
  );
  const owners = modules.owners ?? noOwners;
  const fingerprints = new RequestFingerprints(keyring);
  const agents = agentKey === null ? config.adminKeys : [...config.adminKeys, { name: 'the sandbox', key: agentKey }];
  return {
    loggedIn: owners.loggedIn,
    secondFactorMs: owners.secondFactorMs,
    now,
    engine,
    workflows: latest,
    older: workflows.older(),
    tokens,
    partyTokens,
    clientKeyNamed: (key) => nameOfKey(context.clientKeys, key),
    addressesOf: async (accountId) => (await owners.addressesOf?.(accountId)) ?? [],
    idempotency: (scope, key, body) => fingerprints.of(scope, key, body),
    representation: {
      addressOf,
      vault,
      mask: masking(assembly.details),
      results,
      accessToken: (...issued) => owners.issue(...issued),
      stands: (completed) => owners.stands(completed),
      deviceToken: (session) => owners.deviceToken(session),
      accessTokenMs: owners.accessTokenMs,
      accepted: (of, roles) => engine.accepted(of, roles),
      recipient: comparableRecipient,
      collectionOf: (workflow) => latest.find(({ name }) => name === workflow)?.collection ?? null,
      sessionToken: (session) => tokens.derive(session),
      now,
    },
    mayCreate: (key) => config.clientKeys.length === 0 || nameOfKey(config.clientKeys, key ?? '') !== null,
    caller,
    countStart: (starter) => starts.count(starter, now()),
    languages: (workflow) => languages.get(workflow) ?? modules.languages,
    accessTokens: owners,
    agents: adminsOf(agents, { store, now }),
    streams,
    log,
    problems: problemsOf(assembly.refusals, workflows.all()),
  };
}
