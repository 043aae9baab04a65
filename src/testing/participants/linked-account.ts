/** A person's account at an outside provider, in a run: whether it is linked, and the answer that its provider returns. */
import type { Answer } from '../drive/requests.ts';
import { standIn } from './outside-parties.ts';

/** The outside provider of a run. */
export interface IdentityProvider {
  /**
   * Visits the authorization address for a person.
   * @param answer `granted`, `declined` or `failed` @returns the return address with the provider's answer
   */
  visit(url: string, person: string, answer: string): Promise<string>;
  /** Revokes the grant of a return address. */
  withdraw(issuer: string, address: string): Promise<void>;
}

export class LinkedAccount {
  readonly #who: string;
  readonly #provider: IdentityProvider | null;
  /** The provider that the person returned from last, and the page that they returned to. */
  #answer: { readonly issuer: string; readonly address: string } | null = null;

  /** The value that confirms the newest grant. */
  #value = 'none was handed over';

  /** @param who a name that is unique to the person @param provider null in a run without one */
  constructor(who: string, provider: IdentityProvider | null) {
    this.#who = who;
    this.#provider = provider;
  }

  /** The provider revokes its latest grant. */
  async refuse(): Promise<void> {
    if (this.#answer) await this.#given.withdraw(this.#answer.issuer, this.#answer.address);
  }

  /**
   * @param url the address to which the person is sent; null if there is none, and the answer is forged @returns the query of the return
   * address
   */
  async returnQuery(url: string | null, sessionId: string, answer: string): Promise<string> {
    if (url === null) return `?code=invented&state=${sessionId}.invented`;
    const address = await this.#given.visit(url, this.#who, answer);
    this.#answer = { issuer: new URL(url).origin, address };
    return new URL(address).search;
  }

  /** The page to which the person returns. */
  sees(page: Answer<unknown>): void {
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

  get #given(): IdentityProvider {
    if (this.#provider === null) throw new Error('This run has no outside provider');
    return this.#provider;
  }
}

/** The value that the callback's page hands over; null for a page without one. */
export function valueIn({ body }: Pick<Answer<unknown>, 'body'>): string | null {
  return /data-value="([^"]+)"/.exec(String(body))?.[1] ?? null;
}
