/** The codes of authenticator apps (RFC 6238, with HMAC-SHA-1, which every app knows). Times are in milliseconds since the epoch. */
import { HOTP, Secret, TOTP } from 'otpauth';
import { equalsInConstantTime } from '../common/constant-time.ts';
import { typedCode } from '../common/typed-digits.ts';

/** The secret that an app shares with the service, and how the app shows its codes. */
export interface AppSecret {
  /** In base32. */
  readonly secret: string;
  readonly digits: number;
  readonly periodMs: number;
}

/** The length of a secret: RFC 4226, 4 (R6), recommends 160 bits. */
const secretBytes = 20;

/** @returns the secret in base32, as people type it into an app that reads no QR code */
export function secretText(bytes: Uint8Array): string {
  return new Secret({ buffer: Uint8Array.from(bytes.subarray(0, secretBytes)).buffer }).base32;
}

/** The number of the time step. */
export function stepAt({ periodMs }: AppSecret, at: number): number {
  return Math.floor(at / periodMs);
}

/** True if the typed text is the code of a time step. Compares in constant time. */
export function isCodeOf(app: AppSecret, step: number, typed: string): boolean {
  return equalsInConstantTime(codeOf(app, step), typedCode(typed));
}

/** The time steps around a time whose code was typed, the earliest first; with equal codes more than one. */
export function stepsOf(app: AppSecret, typed: string, { at, drift }: { readonly at: number; readonly drift: number }): number[] {
  const now = stepAt(app, at);
  const steps = Array.from({ length: 2 * drift + 1 }, (_, index) => now - drift + index);
  return steps.filter((step) => step >= 0 && isCodeOf(app, step, typed));
}

/** The address that an app reads from a QR code. */
export function appAddress(
  { secret, digits, periodMs }: AppSecret,
  { issuer, label }: { readonly issuer: string; readonly label: string },
): string {
  return new TOTP({ issuer, label, secret, digits, period: periodMs / 1000 }).toString();
}

/** The code that an app shows at a time. */
export function codeNow(app: AppSecret, at: number): string {
  return codeOf(app, stepAt(app, at));
}

function codeOf({ secret, digits }: AppSecret, step: number): string {
  return HOTP.generate({ secret: Secret.fromBase32(secret), digits, counter: step });
}
