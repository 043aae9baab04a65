/** A player without a page, and the actions of a player. */
import { expect } from 'vitest';
import { createClient } from '../../src/client/client.js';
import { Exchanges } from '../../src/web/play/exchanges.js';
import { momentsOf } from '../../src/web/play/moments.js';
import type { Path } from '../../src/web/play/path.js';
import { wrongCode } from '../../src/web/play/placeholders.js';
import { Run, type Workflow } from '../../src/web/play/recorded-run.js';
import { Sandbox } from '../../src/web/play/sandbox.js';

const makePasskey = async (): Promise<never> => {
  throw new Error('Only a browser makes a passkey');
};

export class Player {
  readonly run: Run;
  readonly sandbox: Sandbox;
  readonly workflow: Workflow;

  /** @param workflows as the page knows them */
  constructor(url: string, workflows: Record<string, Workflow>, name: string) {
    const here: typeof fetch = (input, init) => fetch(typeof input === 'string' ? new URL(input, url) : input, init);
    const exchanges = new Exchanges(here, () => {});
    this.sandbox = new Sandbox(here);
    const workflow = workflows[name];
    if (workflow === undefined) throw new Error(`No workflow ${name}`);
    this.workflow = workflow;
    const client = createClient(url);
    this.run = new Run(workflow, { client, workflows, sandbox: this.sandbox, makePasskey, exchanges, changed: () => {} });
    // Streams are replaced by polling, so that nothing happens outside the test's control.
    this.run.follow(false);
  }

  async go(...steps: Step[]): Promise<void> {
    await this.run.look();
    for (const step of steps) {
      await this.#settled();
      await step(this);
    }
    await this.#settled();
  }

  /** Waits for the effect of one session on another. */
  async #settled(): Promise<void> {
    await expect
      .poll(async () => {
        await this.run.catchUp();
        const { current } = this.run.root?.session ?? {};
        const waits = /^verifying/.test(current?.state ?? '') && this.run.focus?.session.current.status !== 'active';
        return waits || /creating|applying|exchanging|delivering/.test(this.run.focus?.session.current.state ?? '');
      })
      .toBe(false);
  }

  async play(path: Path): Promise<void> {
    await this.run.replay(path);
    await this.#settled();
  }

  /** The observation of its sessions, without ids and times. */
  seen(): unknown {
    return this.run.members.map(({ workflow, session: { current } }) => {
      const { email, phone, newEmail, newPhone, accountId, ...data } = current.data;
      return { workflow: workflow.name, state: current.state, outcome: current.outcome, data };
    });
  }

  happened(): unknown[] {
    return momentsOf(this.run).map(({ text, state, refusal }) => `${text} ${refusal ?? ''} ${state ?? ''}`);
  }
}

export type Step = (player: Player) => Promise<unknown>;

const deepest = ({ run }: Player) => run.focus?.depth ?? 0;
export const codeNow = ({ run, sandbox }: Player) => sandbox.codeOf(run.focus?.session.id ?? '') ?? '';

export const account: Step = ({ run }) => run.do({ do: 'account', phone: true });
export const start = (body: (player: Player) => Record<string, unknown>): Step => {
  return (player) => player.run.do({ do: 'start', body: body(player) });
};
export const send = (type: string, body: Record<string, unknown> = {}, depth?: number): Step => {
  return (player) => player.run.do({ do: 'send', depth: depth ?? deepest(player), type, body });
};
export const right: Step = (player) => send('submit-code', { code: codeNow(player) })(player);
export const wrong: Step = (player) => send('submit-code', { code: wrongCode(codeNow(player)) })(player);
export const later =
  (ms: number): Step =>
  ({ run, sandbox }) =>
    run.turnClock(() => sandbox.advance(ms));
export const fail =
  (channel: string, outcome = 'fail'): Step =>
  ({ run }) =>
    run.do({ do: 'deliveries', channel, outcome });
export const lost: Step = (player) => player.run.do({ do: 'report', depth: deepest(player), failure: 'undelivered' });
export const five = (step: Step): Step[] => Array.from({ length: 5 }, () => step);
