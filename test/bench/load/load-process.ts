/** The process that makes the load, and receives the messages. It measures what a client would see. */
import { type Commands, serveCommands } from '../remote.ts';
import { ClosedLoop, type Measured } from './closed-loop.ts';
import { CodeSink } from './code-sink.ts';
import { Connection } from './connection.ts';
import { flowVisit, readVisit, type Started, start } from './visits.ts';

const sink = await CodeSink.listen();
let loop: ClosedLoop | undefined;

function running(): ClosedLoop {
  if (!loop) throw new Error('No load is being made');
  return loop;
}

const commands = {
  /** The URL to which services send their messages. */
  sinkUrl: async (): Promise<string> => sink.url,
  /** Begins whole flows. */
  flows: async ({ url, clients }: { url: string; clients: number }): Promise<void> => {
    loop = new ClosedLoop(url, clients, flowVisit(sink));
  },
  /** Begins to read sessions, one for each client. */
  looks: async ({ url, sessions }: { url: string; sessions: readonly Started[] }): Promise<void> => {
    loop = new ClosedLoop(url, sessions.length, readVisit(sessions));
  },
  measure: async (): Promise<void> => running().measure(),
  stop: (): Promise<Measured> => running().stop(),
  /** Starts a number of sessions. */
  sessions: async ({ url, sessions }: { url: string; sessions: number }): Promise<Started[]> => {
    const connection = await Connection.open(url);
    const started: Started[] = [];
    while (started.length < sessions) started.push(await start(connection, `person-${started.length}@example.com`));
    connection.close();
    return started;
  },
} satisfies Commands;

export type LoadCommands = typeof commands;

serveCommands(commands);
