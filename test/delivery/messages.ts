/** A message to vary in the tests of delivery. */
import type { CodeMessage } from '../../src/delivery/message.ts';

export const codeMessage: CodeMessage = {
  sessionId: '01930000-0000-7000-8000-000000000000',
  key: 'session/1/1',
  channel: 'email',
  to: 'robin@example.com',
  code: '042917',
  expiresAt: Date.UTC(2026, 0, 1, 0, 40),
  validForMs: 40 * 60_000,
  device: { type: 'Phone', name: 'Kitchen tablet' },
  locale: null,
};
