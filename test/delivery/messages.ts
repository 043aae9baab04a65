/** A message that tests of delivery vary. */
import { renderEmail } from '../../src/delivery/email-template.ts';
import type { CodeMessage } from '../../src/delivery/message.ts';

export const codeMessage: CodeMessage = {
  kind: 'code',
  notice: null,
  sessionId: '01930000-0000-7000-8000-000000000000',
  workflow: 'email-verification',
  key: 'session/1/1',
  codeNumber: 1,
  sendNumber: 1,
  channel: 'email',
  to: 'robin@example.com',
  code: '042917',
  expiresAt: Date.UTC(2026, 0, 1, 0, 40),
  confirms: null,
  validForMs: 40 * 60_000,
  device: { type: 'Phone', name: 'Kitchen tablet' },
  locale: null,
};

export const textMessage: CodeMessage = { ...codeMessage, workflow: 'phone-verification', channel: 'sms', to: '+33612345678' };

/** In English, from Acme. */
export function asEmail(message: CodeMessage) {
  return { ...renderEmail(message, 'en', { serviceName: 'Acme', supportUrl: null }), language: 'en' };
}
