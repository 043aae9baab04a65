/** The module `passkeys`: a factor of accounts that a device holds and its owner unlocks (WebAuthn). */
import { randomUUID } from 'node:crypto';
import { accountFigures } from '../../../machines/accounts-figures.ts';
import { deviceUnlock } from '../../../machines/device-unlock-interface.ts';
import { passkeyFigures } from '../../../machines/passkey-figures.ts';
import { passkeyLogin } from '../../../machines/passkey-login-interface.ts';
import { passkeyRegistration } from '../../../machines/passkey-registration-interface.ts';
import type { Factor } from '../../common/factor.ts';
import type { TaskHandler } from '../../engine/ports.ts';
import { passkeyPaths, passkeyRoutes } from '../../http/accounts/passkey-routes.ts';
import { sandboxPasskeyPaths, sandboxPasskeyRoutes } from '../../http/sandbox/sandbox-passkeys.ts';
import { handleOf, methodsOf, Passkeys } from '../../passkeys/passkeys.ts';
import { type AnswerDeps, deviceUnlockResolver, passkeyLoginResolver } from '../../resolvers/passkeys.ts';
import { v7 } from '../../secrets/uuid.ts';
import { passkeyMigrations } from '../../store/module-migrations.ts';
import { PasskeyRecords } from '../../store/passkey-records.ts';
import { accounts } from '../accounts/accounts.ts';
import { accountKey } from '../accounts/services.ts';
import { builtInDiagrams } from '../built-in-diagrams.ts';
import type { Host } from '../host.ts';
import { messageKey } from '../messages/services.ts';
import { defineModule, type Routes } from '../module.ts';
import { passkeyNotices } from './notice-texts.ts';
import { passkeySettings, relyingPartyOf } from './settings.ts';

export function passkeys() {
  return defineModule({
    name: 'passkeys',
    needs: [accounts()],
    workflows: [passkeyRegistration, passkeyLogin, deviceUnlock],
    diagrams: builtInDiagrams,
    figures: passkeyFigures,
    order: [['passkeyAnswerMs', 'passkeySessionMs']],
    details: { passkeyRequest: 'shown', loginId: 'hidden', keyKind: 'hidden', copiedAccount: 'hidden' },
    claims: { unlock: ({ loginId, keyKind }) => ({ login: loginId, amr: [keyKind, 'user', 'mfa'] }) },
    notices: passkeyNotices,
    migrations: passkeyMigrations,
    settings: passkeySettings,
    open: (host, settings) => {
      const { keyring, vault } = host;
      const services = new Passkeys({
        party: relyingPartyOf(settings, host),
        store: new PasskeyRecords(host.store.db),
        mac: (keyId, parts) => keyring.mac(keyId, 'module:passkeys', parts),
        names: {
          seal: (id, name) => vault.seal(`passkey ${id}`, { name }),
          open: (id, sealed) => vault.open(`passkey ${id}`, sealed)['name'] ?? '',
        },
        policy: host.figures(passkeyFigures),
        newId: () => v7(host.now()),
        now: () => host.now(),
      });
      host.use(accountKey).addFactor(factorOf(services));
      return services;
    },
    resolvers: {
      passkeyRegistration: (services, host) => host.use(accountKey).registrationOf(factorOf(services), 'passkey-registration'),
      passkeyLogin: (services, host) =>
        passkeyLoginResolver({
          ...answerDepsOf(services, host),
          networks: (caller) => host.use(accountKey).locks.networks(caller),
        }),
      deviceUnlock: (services, host) =>
        deviceUnlockResolver({
          ...answerDepsOf(services, host),
          hasPasskey: async (accountId) => (await services.version(accountId)) !== null,
          hasEnded: (login) => host.use(accountKey).logins.hasEnded(login),
        }),
    },
    tasks: { renewSecondFactor: (_, host) => renewSecondFactor(host) },
    routes: (services, host) => [
      { app: passkeyRoutes(routeDepsOf(services, host)), paths: passkeyPaths },
      ...(host.sandbox === null ? [] : [sandboxRoutesOf(services, host)]),
    ],
    purge: (_, host, at) => new PasskeyRecords(host.store.db).purge(at - host.retentionMs),
  });
}

function factorOf(services: Passkeys): Factor {
  return {
    name: 'passkey',
    title: { en: 'passkey', es: 'llave de acceso', fr: 'clé d’accès', de: 'Passkey' },
    isPhishingResistant: true,
    isGuessable: false,
    version: (accountId) => services.version(accountId),
    isFull: (accountId) => services.isFull(accountId),
    request: (session) => services.request(session),
    verify: async (answer, session) => {
      const verdict = await services.verify(answer, session);
      return verdict.result === 'correct' ? { result: 'correct', methods: methodsOf(verdict.passkey) } : { result: verdict.result };
    },
    enrolment: (session, owner) => services.enrolment(session, owner),
    verifyEnrolment: (answer, session) => services.verifyEnrolment(answer, session),
    enrol: (credential, made) => services.enrol(credential, made),
  };
}

function answerDepsOf(services: Passkeys, host: Host): AnswerDeps {
  return {
    request: (session) => services.request(session),
    verify: (answer, session) => services.verify(answer, session),
    find: (accountId) => host.use(accountKey).accounts.find(accountId),
    countRejected: (caller) => host.use(messageKey).countRejected(caller),
  };
}

/** The login that asked for the unlock counts as a second factor from the moment of the answer on. */
function renewSecondFactor(host: Host): TaskHandler {
  return {
    run: async ({ personal: { accountId = '', loginId = '' }, createdAt }) => {
      await host.use(accountKey).logins.renew({ accountId, sessionId: loginId }, createdAt);
      return { outcome: 'done', output: { outcome: 'renewed' } };
    },
  };
}

function routeDepsOf(services: Passkeys, host: Host) {
  const { access } = host.use(accountKey);
  return {
    loggedIn: (token: string) => access.loggedIn(token),
    secondFactorMs: host.figures(accountFigures).secondFactorMs,
    now: () => host.now(),
    passkeys: (accountId: string) => services.of(accountId),
    rename: (accountId: string, id: string, name: string) => services.rename(accountId, id, name),
    /** The notice to the owner is committed first: a removal without a notice would be worse than a notice without a removal. */
    remove: async ({ accountId, sessionId }: { readonly accountId: string; readonly sessionId: string }, id: string) => {
      const own = await services.of(accountId);
      if (!own.some((passkey) => passkey.id === id)) return false;
      await host.engine.addDetachedTask(sessionId, { src: 'notifyOwner', input: { notice: 'passkey-removed', link: id } });
      return services.remove(accountId, id);
    },
  };
}

function sandboxRoutesOf(services: Passkeys, host: Host): Routes {
  const { accounts: all } = host.use(accountKey);
  const app = sandboxPasskeyRoutes({
    arrange: async (accountId, { credentialId, publicKey, backupEligible = false, counter = 0, isRemoved = false, name = null }) => {
      if ((await all.find(accountId)) === null) return null;
      const copied = String(backupEligible);
      const credential = {
        credentialId,
        publicKey,
        counter: String(counter),
        transports: '',
        backupEligible: copied,
        backedUp: copied,
        aaguid: noAaguid,
      };
      const before = (await services.of(accountId)).map(({ id }) => id);
      const enrolled = await services.enrol(credential, { accountId, key: randomUUID(), name, at: host.now() });
      const newest = (await services.of(accountId)).find(({ id }) => !before.includes(id));
      if (enrolled === 'taken' || newest === undefined) return 'taken';
      if (isRemoved) await services.remove(accountId, newest.id);
      const { id: rpId, origins } = services.party;
      return { id: newest.id, rpId, origin: origins[0] ?? '', userHandle: handleOf(accountId) };
    },
  });
  return { app, paths: sandboxPasskeyPaths };
}

/** An authenticator that does not name its model. */
const noAaguid = '00000000-0000-0000-0000-000000000000';
