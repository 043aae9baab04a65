/** Failed requests to other machines: the code of a network error, and the Retry-After header. */

/** The code or the name of a network error or a time-out. The error's text is left out, because it may quote the request. */
export function errorCodeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return errorCodeOf(error.cause) ?? (error.name === 'Error' || error.name === 'TypeError' ? null : error.name);
}

/**
 * Retry-After in seconds or as a date (RFC 9110, 10.2.3), converted to milliseconds from now; null if absent, malformed or already over.
 * A wait of zero would use up all attempts at once. With null, the retry policy's own pauses give the provider time to recover.
 */
export function retryAfterMs(header: string | null | undefined, now: number): number | null {
  if (!header) return null;
  const seconds = /^\d{1,6}$/.test(header.trim()) ? Number(header) : (Date.parse(header) - now) / 1000;
  const ms = Math.round(seconds * 1000);
  return ms > 0 ? ms : null;
}
