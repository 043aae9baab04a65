/** The admins' route that opens destinations of codes. */
import type { Static } from '@sinclair/typebox';
import { Hono, type MiddlewareHandler } from 'hono';
import type { AdminVariables } from '../authentication/admin-keys.ts';
import { bodyReader } from '../requests/request-body.ts';
import { OpenDestinationBody } from './admin-schemas.ts';

export interface AdminDestinationRouteDeps {
  readonly gate: MiddlewareHandler<{ Variables: AdminVariables }>;
  /** Opens a destination closed by many wrong codes. @throws InvalidBody for text that is no destination */
  readonly openDestination: (to: string) => Promise<void>;
}

export function adminDestinationRoutes({ gate, openDestination }: AdminDestinationRouteDeps): Hono {
  const app = new Hono<{ Variables: AdminVariables }>();
  const readDestination = bodyReader(OpenDestinationBody);
  app.post('/admin/destinations/open', gate, async (c) => {
    await openDestination(((await readDestination(c)) as Static<typeof OpenDestinationBody>).to);
    return c.body(null, 204);
  });
  // The variables of the admin gate are set for these routes alone: no other route sees their types.
  return new Hono().route('/', app);
}
