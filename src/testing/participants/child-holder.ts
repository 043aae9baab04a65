/** The holder of the child sessions: ends each as the run requires. */
import type { Answer, Caller, ChildView } from '../drive/requests.ts';
import { codesTo } from '../drive/sandbox.ts';
import { isDelivered, onceIs } from '../drive/settled-answer.ts';
import { freshNumber } from './numbers.ts';

export interface HeldFor {
  /** Every address or number that the parent session ever had, the current one last. */
  readonly destinations: string[];
  /** Another address for the child. */
  readonly freshAddress: () => string;
  readonly call: (client: Caller, method: string, path: string, body: unknown, token: string) => Promise<Answer>;
}

export class ChildHolder {
  readonly #for: HeldFor;
  /** The number that was given last to a child that asked for one. */
  #number: string | null = null;

  constructor(heldFor: HeldFor) {
    this.#for = heldFor;
  }

  async end(client: Caller, child: ChildView, outcome: string): Promise<void> {
    const { call, destinations } = this.#for;
    const send = async (event: string, body: unknown) => {
      const answer = await call(client, 'POST', `${child.href}/${event}`, body, child.sessionToken);
      if (answer.status !== 200) throw new Error(`The child answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    };
    if (outcome === 'cancelled') {
      await send('cancel', {});
      return;
    }
    const look = () => client.call('GET', child.href, { token: child.sessionToken });
    const { state } = (await look()).body;
    if (state === 'awaitingNumber') {
      this.#number = freshNumber('mobile');
      await send('provide-number', { phone: this.#number, channel: 'sms' });
    }
    const isPhone = child.workflow === 'phone-verification';
    const sentTo = (isPhone ? this.#number : null) ?? destinations.at(-1) ?? '';
    await onceIs(isDelivered, await look(), look);
    const codes = [...(await codesTo(client, sentTo))].filter(({ sessionId }) => sessionId === child.id);
    if (codes.length === 0) {
      // An address that has an account by now gets no code: only another one can be verified.
      const address = this.#for.freshAddress();
      await send('change-email', { email: address });
      destinations.push(address);
      await onceIs(isDelivered, await look(), look);
      codes.push(...(await codesTo(client, address)));
    }
    await send('submit-code', { code: codes[0]?.code });
  }
}
