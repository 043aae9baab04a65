/** A person's account elsewhere, in runs of the suite: whether it is to be linked, and with what they come back from its provider. */
import { agree } from '../support/openid-provider.ts';
import { standIn } from './staff.ts';

export class AccountElsewhere {
  readonly #who: string;
  #isRefused = false;

  /** @param who unique to the person */
  constructor(who: string) {
    this.#who = who;
  }

  /** The provider takes back what it gives next. */
  refuse(): void {
    this.#isRefused = true;
  }

  /**
   * @param url where the person is sent; null where they are not sent anywhere, and somebody makes an answer up
   * @returns the query of the address that they come back to
   */
  async returnQuery(url: string | null, sessionId: string, granted: boolean): Promise<string> {
    if (url === null) return `?code=invented&state=${sessionId}.invented`;
    const { search } = new URL(await agree(url, granted ? this.#who : 'nobody'));
    const query = this.#isRefused ? search.replace(/code=[^&]+/, 'code=invented') : search;
    this.#isRefused = false;
    return query;
  }

  /** As the sandbox links it to an account. @param url where the person is sent */
  linkAt(url: string): { readonly provider: string; readonly issuer: string; readonly subject: string } {
    return { provider: standIn, issuer: new URL(url).origin, subject: this.#who };
  }
}
