/** An authenticator app in software, written after RFC 6238 and RFC 4226 without the library of the service. */
import { createHmac } from 'node:crypto';

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export class AuthenticatorApp {
  readonly issuer: string;
  readonly account: string;
  readonly digits: number;
  readonly periodMs: number;
  readonly #secret: Buffer;

  /** Reads the address of a QR code, as an app does. */
  constructor(address: string) {
    const { protocol, host, pathname, searchParams } = new URL(address);
    if (protocol !== 'otpauth:' || host !== 'totp') throw new Error(`Not the address of a time-based code: ${address}`);
    const algorithm = searchParams.get('algorithm') ?? 'SHA1';
    if (algorithm !== 'SHA1') throw new Error(`Many apps don't know ${algorithm}`);
    const [issuer = '', account = ''] = pathname.slice(1).split(':').map(decodeURIComponent);
    this.issuer = searchParams.get('issuer') ?? issuer;
    this.account = account;
    this.digits = Number(searchParams.get('digits') ?? 6);
    this.periodMs = Number(searchParams.get('period') ?? 30) * 1000;
    this.#secret = bytesOf(searchParams.get('secret') ?? '');
  }

  /** The code that the app shows at a time, in milliseconds since the epoch. */
  codeAt(at: number): string {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(at / this.periodMs)));
    const mac = createHmac('sha1', this.#secret).update(counter).digest();
    const offset = (mac[19] ?? 0) & 15;
    return String((mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** this.digits).padStart(this.digits, '0');
  }

  /** A code that differs from those around a time. */
  wrongCodeAt(at: number): string {
    const near = [-3, -2, -1, 0, 1, 2, 3].map((steps) => this.codeAt(at + steps * this.periodMs));
    for (let value = 0; ; value += 1) {
      const code = String(value).padStart(this.digits, '0');
      if (!near.includes(code)) return code;
    }
  }
}

function bytesOf(text: string): Buffer {
  const bits = [...text].map((character) => base32.indexOf(character).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
