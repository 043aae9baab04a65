/** Commits one prepared statement after the other on each of many connections, in a process of its own. */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type Commands, serveCommands } from '../remote.ts';

const { DATABASE_URL: connectionString = '' } = process.env;

const commands = {
  /** @param text takes a number from 1 to the largest @returns statements committed per second */
  statements: async ({ text, largest, connections, seconds }: { text: string; largest: number; connections: number; seconds: number }) => {
    const clients = Array.from({ length: connections }, () => new pg.Client({ connectionString }));
    await Promise.all(clients.map((client) => client.connect()));
    let committed = 0;
    let stopped = false;
    const begun = performance.now();
    const running = clients.map(async (client) => {
      while (!stopped) {
        await client.query({ name: 'step', text, values: [1 + Math.floor(Math.random() * largest)] });
        committed += 1;
      }
    });
    await delay(seconds * 1000);
    const perSecond = committed / ((performance.now() - begun) / 1000);
    stopped = true;
    await Promise.all(running);
    await Promise.all(clients.map((client) => client.end()));
    return perSecond;
  },
} satisfies Commands;

export type StatementCommands = typeof commands;

serveCommands(commands);
