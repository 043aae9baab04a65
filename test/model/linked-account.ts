/** A person's account at an outside provider, in runs of the suite: whether it is linked, and the answer that its provider returns. */
import { valueIn } from '../support/linking.ts';
import { agree, withdraw } from '../support/openid-provider.ts';
import type { Answer } from '../support/service.ts';
import { standIn } from './agent.ts';

/** The visitors to whom the stand-in gives no grant, by its answer. */
const visitors: Readonly<Record<string, string>> = { declined: 'nobody', failed: 'unlucky' };

export class LinkedAccount {
  readonly #who: string;
  /** The provider that the person returned from last, and the page that they returned to. */
  #answer: { readonly issuer: string; readonly address: string } | null = null;

  /** The value that confirms the newest grant. */
  #value = 'none was handed over';

  /** @param who a name that is unique to the person */
  constructor(who: string) {
    this.#who = who;
  }

  /** The provider revokes its latest grant. */
  async refuse(): Promise<void> {
    if (this.#answer) await withdraw(this.#answer.issuer, this.#answer.address);
  }

  /**
   * @param url the address to which the person is sent; null if there is none, and the answer is forged @returns the query of the return
   * address
   */
  async returnQuery(url: string | null, sessionId: string, answer: string): Promise<string> {
    if (url === null) return `?code=invented&state=${sessionId}.invented`;
    const address = await agree(url, visitors[answer] ?? this.#who);
    this.#answer = { issuer: new URL(url).origin, address };
    return new URL(address).search;
  }

  /** The page to which the person returns. */
  sees(page: Answer): void {
    this.#value = valueIn(page) ?? this.#value;
  }

  /** The value with which the person confirms. */
  value(isCorrect: boolean): string {
    return isCorrect ? this.#value : `not ${this.#value}`;
  }

  /** The sandbox's link of the identity to an account. */
  link(): { readonly provider: string; readonly issuer: string; readonly subject: string } {
    return { provider: standIn, issuer: this.#answer?.issuer ?? '', subject: this.#who };
  }
}
