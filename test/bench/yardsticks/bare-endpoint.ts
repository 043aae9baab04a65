/** The least that the HTTP library can do: an endpoint that answers with the same JSON every time, and nothing else. */
import { Hono } from 'hono';
import { listen, setting } from './listening.ts';

const answer: Record<string, unknown> = JSON.parse(setting('ANSWER'));
const app = new Hono();
app.get('/v1/email-verifications/:id', (c) => c.json(answer));
listen(app);
