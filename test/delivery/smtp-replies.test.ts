/** The party that a mail server's refusal is about. */
import { expect, test } from 'vitest';
import { faultOf } from '../../src/delivery/smtp-replies.ts';

test.each([
  '550 5.4.5 Daily user sending limit exceeded',
  '554 5.4.1 Relay access denied',
  '550 5.7.1 Relaying denied',
  '550-5.7.26 This mail has been blocked because the sender is unauthenticated\r\n550 5.7.26 for more information',
  '550 5.1.7 The sender address is malformed',
  '550 5.1.8 Access denied, bad outbound sender',
  '550 5.1.90 You have reached your daily limit for message recipients',
  '550 #5.7.1 Your access to this mail system has been rejected due to the poor reputation',
  '550 5.3.0 Rejected',
  '550 5.5.4 Unsupported option',
  '554 5.6.0 Message content rejected',
  '554 Message rejected: Email address is not verified. The following identities failed the check',
  '550 Sending quota exceeded',
  '550 relay not permitted',
  '554 Your client host [192.0.2.1] is blocked using zen.example',
  '554 5.0.0 Service unavailable; Client host blocked by our reputation list',
  '550 Sender verify failed',
  '521 The server does not accept mail',
])('a refusal of the service: %s', (reply) => {
  expect(faultOf(reply)).toBe('service');
});

test.each([
  '550 5.1.1 The address does not exist',
  '550-5.1.1 The address does not exist\r\n550 5.1.1 for more information about relay',
  '550 5.1.10 Recipient address has null MX',
  '552 5.2.2 The mailbox is over its quota',
  '550 5.2.1 Mailbox disabled, not accepting messages; policy',
  '550 #5.1.0 Address rejected',
  '550 No such user here',
  '550',
  '552 Mailbox is full',
  '553 Not our user',
  '556 The domain does not accept mail',
  '550 5.5.0 Requested action not taken: mailbox unavailable',
  '550 User unknown in relay recipient table',
  // People choose addresses, so these must not set a provider aside.
  '550 5.0.0 <not-verified.relay.denied@blocked.example> refused',
  '550 relay.denied@not.verified.example refused',
])('a refusal of the recipient: %s', (reply) => {
  expect(faultOf(reply)).toBe('recipient');
});
