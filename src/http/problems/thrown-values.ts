/** Makes an error of every thrown value. Hono passes only errors to the error handler, and code of modules can throw anything. */
import type { MiddlewareHandler } from 'hono';

export function thrownValues(): MiddlewareHandler {
  return async (_, next) => {
    try {
      await next();
    } catch (error) {
      // The value may hold personal details, so only its type is told.
      throw error instanceof Error ? error : new Error(`A value of the type ${typeof error} was thrown, which is no error`);
    }
  };
}
