/**
 * A server with the service under a prefix: Hono, Express, or Express after its body parser (`express-json`), by argument. Prints its
 * address; a line of input stops it.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import express from 'express';
import { Hono } from 'hono';
import { createService } from 'verification-workflows';
import modules from './modules.ts';

const server: Server = createServer();
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const service = await createService({ modules, config: { ...process.env, PUBLIC_URL: `${url}/verify` } });

const { fetch, handle } = service;
if (process.argv[2] === 'hono') {
  const app = new Hono();
  app.get('/', (c) => c.text('the application'));
  app.mount('/verify', fetch);
  server.on('request', getRequestListener(app.fetch));
} else {
  const app = express();
  if (process.argv[2] === 'express-json') app.use(express.json());
  app.use('/verify', handle);
  app.get('/', (_request, response) => {
    response.type('text').send('the application');
  });
  server.on('request', app);
}
await service.start();
process.stdout.write(`Listening on ${url}\n`);
await once(process.stdin, 'data');
await service.stop();
server.close();
server.closeIdleConnections();
process.stdin.destroy();
process.stdout.write('stopped\n');
