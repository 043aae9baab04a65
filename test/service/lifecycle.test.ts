/** A service starts once and stays stopped, whatever it is asked while it starts or stops. */
import { createService, defineModule, type Module, type Service } from 'verification-workflows';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { modules } from '../../examples/parcels/parcels.ts';
import { quickDatabase, type TestDatabase, testDatabase } from '../support/service.ts';

const stopped = 'The service was stopped';
const startedBefore = 'The service has been started already';

let database: TestDatabase;
let service: Service | undefined;
const create = async (given: readonly Module[] = modules, settings: Readonly<Record<string, string>> = {}) => {
  const environment = { ...database.environment, POLICY: 'seed', SANDBOX: 'true', PUBLIC_URL: 'http://localhost:1', ...settings };
  service = await createService({ modules: given, config: environment });
  return service;
};
beforeAll(async () => {
  database = await testDatabase(quickDatabase);
});
afterEach(() => service?.stop());
afterAll(() => database.remove());

const start = (at: Service) =>
  at.fetch(
    new Request('http://localhost:1/v1/parcel-pickups', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }),
  );

test('a service that is stopped while it begins to listen never listens', async () => {
  const beginning = await create();
  const listening = beginning.listen();
  const outcome = listening.then(
    ({ url }) => url,
    (error: Error) => error.message,
  );
  await beginning.stop();
  expect(await outcome).toBe(stopped);
});

test('a service that is stopped once it listens answers nobody', async () => {
  const listening = await create();
  const { url } = await listening.listen();
  await listening.stop();
  await expect(fetch(`${url}/readyz`)).rejects.toThrow('fetch failed');
});

test('a stopped service starts no more, however it is asked', async () => {
  const ended = await create();
  await ended.stop();
  await expect(ended.listen()).rejects.toThrow(stopped);
  await expect(ended.start()).rejects.toThrow(stopped);
  await expect(start(ended)).rejects.toThrow(stopped);
});

test('a service starts once', async () => {
  const once = await create();
  await Promise.all([once.start(), once.start()]);
  await expect(once.listen()).rejects.toThrow(startedBefore);
  expect((await start(once)).status).toBe(201);
});

test('a service listens once, and a mounted request meanwhile waits for the start', async () => {
  const once = await create();
  const listening = once.listen();
  await expect(once.listen()).rejects.toThrow(startedBefore);
  expect((await start(once)).status).toBe(201);
  expect((await listening).url).toMatch(/^http:/);
});

test('a service whose start failed can be started again', async () => {
  let isBroken = true;
  const [parcels] = modules;
  const unlucky = {
    ...parcels,
    configure: (reader: Parameters<Module['configure']>[0]) => {
      const configured = (parcels as Module).configure(reader);
      return {
        ...configured,
        open: async (host: Parameters<typeof configured.open>[0]) => {
          if (isBroken) throw new Error('away');
          return configured.open(host);
        },
      };
    },
  } as Module;
  const retried = await create([unlucky]);
  await expect(retried.start()).rejects.toThrow('away');
  await expect(retried.listen()).rejects.toThrow('away');
  isBroken = false;
  expect((await start(retried)).status).toBe(201);
});

test('a service that cannot start closes all of its modules, and says why', async () => {
  const closed: string[] = [];
  const closing = (name: string, error?: Error) =>
    defineModule({
      name,
      routes: () => {
        if (error !== undefined) throw error;
        return [];
      },
      close: async () => {
        closed.push(name);
        if (error === undefined) return;
        throw new Error('cannot be closed either');
      },
    });
  const failing = await create([closing('first'), closing('second', new Error('no routes')), closing('third')]);
  await expect(failing.start()).rejects.toThrow('no routes');
  expect(closed).toEqual(['third', 'second', 'first']);
});

test('a module that cannot be closed keeps no other from being closed', async () => {
  const closed: string[] = [];
  const closing = (name: string) =>
    defineModule({
      name,
      close: async () => {
        closed.push(name);
        if (name === 'second') throw new Error('cannot be closed');
      },
    });
  const stopping = await create([closing('first'), closing('second')]);
  await stopping.start();
  await expect(stopping.stop()).rejects.toThrow('cannot be closed');
  expect(closed).toEqual(['second', 'first']);
  service = undefined;
});

test('a service whose tasks cannot be replaced closes its modules too', async () => {
  const closed: string[] = [];
  const environment = { ...database.environment, POLICY: 'seed', SANDBOX: 'true', PUBLIC_URL: 'http://localhost:1' };
  const close = async () => {
    closed.push('tidy');
  };
  const tasks = () => {
    throw new Error('no tasks');
  };
  service = await createService({ modules: [defineModule({ name: 'tidy', close })], config: environment, tasks });
  await expect(service.start()).rejects.toThrow('no tasks');
  expect(closed).toEqual(['tidy']);
});
