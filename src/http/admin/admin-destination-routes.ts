/** The administrators' route that opens destinations of codes. */
import type { Static } from '@sinclair/typebox';
import { Hono, type MiddlewareHandler } from 'hono';
import type { StaffVariables } from '../authentication/staff.ts';
import { bodyReader } from '../requests/request-body.ts';
import { OpenDestinationBody } from './admin-schemas.ts';

export interface AdminDestinationRouteParts {
  readonly gate: MiddlewareHandler<{ Variables: StaffVariables }>;
  /** Opens a destination closed by many wrong codes. @throws InvalidBody for text that is no destination */
  readonly openDestination: (to: string) => Promise<void>;
}

export function adminDestinationRoutes({ gate, openDestination }: AdminDestinationRouteParts): Hono {
  const app = new Hono<{ Variables: StaffVariables }>();
  const readDestination = bodyReader(OpenDestinationBody);
  app.post('/admin/destinations/open', gate, async (c) => {
    await openDestination(((await readDestination(c)) as Static<typeof OpenDestinationBody>).to);
    return c.body(null, 204);
  });
  // The variables of these routes are their own.
  return new Hono().route('/', app);
}
