/** The routes for the owner of an account, authenticated by the access token of a login. */
import type { Static } from '@sinclair/typebox';
import { Hono } from 'hono';
import { InvalidBody } from '../../engine/errors.ts';
import { type CompletedLogin, type LoginDeps, type LoginVariables, loginGate, secondFactorGate } from '../authentication/logins.ts';
import { Problem } from '../problems/problem.ts';
import { pathId } from '../requests/ids.ts';
import { bodyReader } from '../requests/request-body.ts';
import { timeOf } from '../sessions/representation.ts';
import { type DevicesAnswer, type FactorsAnswer, type MeAnswer, PreferredBody } from './me-paths.ts';

export interface OwnAccount {
  readonly id: string;
  readonly email: string;
  readonly phone: string | null;
  readonly locale: string | null;
  readonly emailVerified: boolean;
  readonly phoneVerified: boolean;
}

export interface TrustedDevice {
  readonly id: string;
  readonly type: string | null;
  readonly name: string | null;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface MeRouteDeps extends LoginDeps {
  readonly accounts: {
    find(id: string): Promise<OwnAccount | null>;
    devices(accountId: string): Promise<readonly TrustedDevice[]>;
    /** The linked accounts at providers. */
    links(accountId: string): Promise<readonly { readonly id: string; readonly provider: string; readonly linkedAt: number }[]>;
    /** The factors besides sent codes, the strongest first. */
    factors(accountId: string): Promise<readonly { readonly name: string; readonly isPhishingResistant: boolean }[]>;
    /** The factor that logins ask for first, or `code`; null for the strongest one. */
    preferredFactor(accountId: string): Promise<string | null>;
    preferFactor(accountId: string, name: string | null): Promise<void>;
    /** @returns true if the device was trusted */
    revoke(accountId: string, deviceId: string): Promise<boolean>;
  };
  /** Removes a link and tells the owner. @returns true if the account had the link */
  readonly unlink: (login: CompletedLogin, linkId: string) => Promise<boolean>;
  /** Ends a login, permanently and on every node. */
  readonly logOut: (login: CompletedLogin) => Promise<void>;
}

export function meRoutes(deps: MeRouteDeps): Hono {
  const app = new Hono<{ Variables: LoginVariables }>();
  const secondFactor = secondFactorGate(deps);
  const readPreferred = bodyReader(PreferredBody);
  app.use('/v1/me/*', loginGate(deps));
  app.get('/v1/me', async (c) => {
    const account = await deps.accounts.find(c.get('login').accountId);
    if (account === null) throw new Problem('not-found', 'The account no longer exists');
    const { id, email, emailVerified, phone, phoneVerified, locale } = account;
    const links = await deps.accounts.links(id);
    const linked = links.map((link) => ({ id: link.id, provider: link.provider, linkedAt: timeOf(link.linkedAt) }));
    return c.json<Static<typeof MeAnswer>>({ id, email, emailVerified, phone, phoneVerified, locale, links: linked });
  });
  app.delete('/v1/me/login', async (c) => {
    await deps.logOut(c.get('login'));
    return c.body(null, 204);
  });
  app.get('/v1/me/devices', async (c) => {
    const devices = await deps.accounts.devices(c.get('login').accountId);
    return c.json<Static<typeof DevicesAnswer>>({
      devices: devices.map(({ id, type, name, createdAt, expiresAt }) => ({
        id,
        type,
        name,
        createdAt: timeOf(createdAt),
        expiresAt: timeOf(expiresAt),
      })),
    });
  });
  app.delete('/v1/me/devices/:id', secondFactor, async (c) => {
    const id = pathId(c);
    const wasTrusted = id !== null && (await deps.accounts.revoke(c.get('login').accountId, id));
    if (!wasTrusted) throw new Problem('not-found', 'No such device');
    return c.body(null, 204);
  });
  const factorsOf = async (accountId: string): Promise<Static<typeof FactorsAnswer>> => {
    const [factors, preferred] = await Promise.all([deps.accounts.factors(accountId), deps.accounts.preferredFactor(accountId)]);
    return {
      factors: factors.map(({ name, isPhishingResistant }) => ({ name, phishingResistant: isPhishingResistant })),
      preferred: preferred === 'code' || factors.some(({ name }) => name === preferred) ? preferred : null,
    };
  };
  app.get('/v1/me/factors', async (c) => c.json<Static<typeof FactorsAnswer>>(await factorsOf(c.get('login').accountId)));
  app.put('/v1/me/factors', secondFactor, async (c) => {
    const { accountId } = c.get('login');
    const { preferred } = (await readPreferred(c)) as Static<typeof PreferredBody>;
    const has =
      preferred === null || preferred === 'code' || (await deps.accounts.factors(accountId)).some(({ name }) => name === preferred);
    if (!has) throw new InvalidBody('/preferred', 'The account does not have this factor');
    await deps.accounts.preferFactor(accountId, preferred);
    return c.json<Static<typeof FactorsAnswer>>(await factorsOf(accountId));
  });
  app.delete('/v1/me/links/:id', secondFactor, async (c) => {
    const id = pathId(c);
    const wasLinked = id !== null && (await deps.unlink(c.get('login'), id));
    if (!wasLinked) throw new Problem('not-found', 'No such link');
    return c.body(null, 204);
  });
  // The variable `login` is set for these routes alone: no other route sees its type.
  return new Hono().route('/', app);
}
