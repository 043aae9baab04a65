/** Secrets of one repeated byte, for tests of settings. */

export const secretOf = (byte: number, length = 32) => Buffer.alloc(length, byte);

export const base64Of = (byte: number, length = 32) => secretOf(byte, length).toString('base64');
