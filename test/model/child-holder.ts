/** The holder of the child sessions: ends each as the run requires. */

import { freshNumber } from '../support/destinations.ts';
import type { Answer, Client, Json } from '../support/service.ts';
import { isDelivered, onceIs } from './settled-answer.ts';

export interface HeldFor {
  /** Every address or number that the parent session ever had, the current one last. */
  readonly destinations: string[];
  /** Another address for the child. */
  readonly freshAddress: () => string;
  readonly call: (client: Client, method: string, path: string, body: unknown, token: string) => Promise<Answer>;
}

export class ChildHolder {
  readonly #for: HeldFor;
  /** The number that was given last to a child that asked for one. */
  #number: string | null = null;

  constructor(heldFor: HeldFor) {
    this.#for = heldFor;
  }

  async end(client: Client, child: Json, outcome: string): Promise<void> {
    const { call, destinations } = this.#for;
    const send = async (event: string, body: unknown) => {
      const answer = await call(client, 'POST', `${child.href}/${event}`, body, child.sessionToken);
      if (answer.status !== 200) throw new Error(`The child answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    };
    if (outcome === 'cancelled') {
      await send('cancel', {});
      return;
    }
    const look = () => client.get(child.href, child.sessionToken);
    const { state } = (await look()).body;
    if (state === 'awaitingNumber') {
      this.#number = freshNumber('mobile');
      await send('provide-number', { phone: this.#number, channel: 'sms' });
    }
    const isPhone = child.workflow === 'phone-verification';
    const sentTo = (isPhone ? this.#number : null) ?? destinations.at(-1) ?? '';
    await onceIs(isDelivered, await look(), look);
    const codes = (await client.codes(sentTo)).filter(({ sessionId }) => sessionId === child.id);
    if (codes.length === 0) {
      // An address that has an account by now gets no code: only another one can be verified.
      const address = this.#for.freshAddress();
      await send('change-email', { email: address });
      destinations.push(address);
      await onceIs(isDelivered, await look(), look);
      codes.push(...(await client.codes(address)));
    }
    await send('submit-code', { code: codes[0]?.code });
  }
}
