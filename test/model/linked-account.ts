/** A person's account elsewhere, in runs of the suite: whether it is to be linked, and with what they come back from its provider. */
import { valueIn } from '../support/linking.ts';
import { agree, withdraw } from '../support/openid-provider.ts';
import type { Answer } from '../support/service.ts';
import { standIn } from './agent.ts';
import { onceOver } from './settled-answer.ts';

export class LinkedAccount {
  readonly #who: string;
  /** The provider that the person came back from last, and the page that they came back to. */
  #answer: { readonly issuer: string; readonly address: string } | null = null;

  /** The value that confirms the newest grant. */
  #value = 'none was handed over';

  /** @param who unique to the person */
  constructor(who: string) {
    this.#who = who;
  }

  /** The provider revokes its latest grant. */
  async refuse(): Promise<void> {
    if (this.#answer) await withdraw(this.#answer.issuer, this.#answer.address);
  }

  /**
   * @param url where the person is sent; null where they are not sent anywhere, and somebody makes an answer up
   * @returns the query of the address that they come back to
   */
  async returnQuery(url: string | null, sessionId: string, granted: boolean): Promise<string> {
    if (url === null) return `?code=invented&state=${sessionId}.invented`;
    const address = await agree(url, granted ? this.#who : 'nobody');
    this.#answer = { issuer: new URL(url).origin, address };
    return new URL(address).search;
  }

  /** The page that the person comes back to. */
  sees(page: Answer): void {
    this.#value = valueIn(page) ?? this.#value;
  }

  /** The value that the person confirms with. */
  value(isRight: boolean): string {
    return isRight ? this.#value : `not ${this.#value}`;
  }

  /** The sandbox's link of it to an account. */
  link(): { readonly provider: string; readonly issuer: string; readonly subject: string } {
    return { provider: standIn, issuer: this.#answer?.issuer ?? '', subject: this.#who };
  }
}

/** @returns the answer, once the provider was asked and the account is made */
export function whenExchanged(answer: Answer, look: () => Promise<Answer>): Promise<Answer> {
  return onceOver(answer, /^(exchangingGrant|creatingAccount)$/, look);
}
