/** Throttles, closes or opens a destination in the sandbox, as many wrong codes would. */
import { type Static, Type } from '@sinclair/typebox';
import { Hono } from 'hono';
import { bodyReader } from '../requests/request-body.ts';

const closed = { additionalProperties: false } as const;

export const DestinationBody = Type.Object(
  {
    to: Type.String({ minLength: 1, maxLength: 320, description: 'The address or number', examples: ['jane@example.com'] }),
    state: Type.Union([Type.Literal('open'), Type.Literal('throttled'), Type.Literal('closed')], {
      description: '`open`: no guesses; `throttled`: each code allows one guess; `closed`: no code is accepted',
      examples: ['throttled'],
    }),
  },
  closed,
);

export interface SandboxDestinationDeps {
  /** The normalised address, which look-ups use. */
  readonly recipient: (to: string) => string;
  readonly setDestination: (recipient: string, state: Static<typeof DestinationBody>['state']) => Promise<void>;
}

export function sandboxDestinationRoutes({ recipient, setDestination }: SandboxDestinationDeps): Hono {
  const app = new Hono();
  const readDestination = bodyReader(DestinationBody);
  app.post('/sandbox/destinations', async (c) => {
    const { to, state } = (await readDestination(c)) as Static<typeof DestinationBody>;
    await setDestination(recipient(to), state);
    return c.json<Static<typeof DestinationBody>>({ to, state });
  });
  return app;
}
