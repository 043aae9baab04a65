/** A client of a service under test. */
import { type Answer, type AnswerBody, type Caller, type CallOptions, sendRequest } from '../drive/requests.ts';

export class HttpClient implements Caller {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const { body, ...answer } = await sendRequest(this.url + path, method, options);
    return { ...answer, body: (typeof body === 'object' && body !== null ? body : {}) as AnswerBody };
  }
}
