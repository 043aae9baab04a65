/** The party that a mail server's refusal is about. */
import { expect, test } from 'vitest';
import { faultOf, isAboutMailbox } from '../../src/delivery/smtp-replies.ts';

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
  // Lines as Mailgun, SendGrid, Amazon SES, Exim, qmail, Postfix, Microsoft and filters write them.
  '550 Domain sandbox1.mailgun.example is not allowed to send: Sandbox subdomains are for test purposes only.',
  '550 The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved.',
  '550 Unauthenticated senders not allowed',
  '550 Maximum credits exceeded',
  '554 Message rejected: Sending suspended for this account.',
  '550 Administrative prohibition',
  '550 Protocol violation',
  '550 Helo command rejected: Host not found',
  '553 sorry, that domain isn’t in my list of allowed rcpthosts (#5.7.1)',
  '553 sorry, your envelope sender domain must exist (#5.7.1)',
  '550 Invalid sender',
  '550 inactive sender domain',
  '554 Too many recipients',
  '550 High probability of spam',
  '554 Transaction failed: Spam detected',
  '550 JunkMail rejected',
  '554 Message contains a virus',
  '550 Blocked by our content filter',
  '552 Message size exceeds maximum permitted',
  '552 message exceeds size limit',
  '550 5.7.1: Message refused',
  '550-The message is refused\n550 5.7.1 see our page',
  '550 5.7.606 Access denied, banned sending IP [192.0.2.1]',
  '550 SC-001 Unfortunately, messages from 192.0.2.1 weren’t sent, part of their network is on our block list',
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
  '550 recipient verify failed',
  '550 Recipient verification failed',
  '550 user mailbox quota exceeded',
  '552 Mailbox limit exceeded',
  '552 Mailbox size limit exceeded',
  '550 unknown user',
  '550 Unrouteable address',
  '554 delivery error: dd This user doesn’t have an account',
  '550 no mailbox here by that name (#5.1.1)',
  '550 5.1.1: unknown',
  '550-The address is unknown\n550 5.1.1 see our page about spam',
  // People choose addresses, so these must not set a provider aside.
  '550 5.0.0 <not-verified.relay.denied@blocked.example> refused',
  '550 relay.denied@not.verified.example refused',
])('a refusal of the recipient: %s', (reply) => {
  expect(faultOf(reply)).toBe('recipient');
});

test.each([
  ['452 4.2.2 The account is over quota', true],
  ['450 4.2.0 Recipient address rejected: Greylisted', true],
  ['452 Mailbox full', true],
  ['450 mailbox unavailable', true],
  ['421 4.7.0 Try again later, closing connection', false],
  ['421 Too many connections', false],
  ['450 4.1.8 Sender address rejected: Domain not found', false],
  ['451 4.3.0 Temporary local problem', false],
  ['451 4.7.500 Server busy', false],
  ['454 Throttling failure: Daily message quota exceeded', false],
  ['450 <mailbox.full@user.unknown.example> wait', false],
])('a refusal for now, about the mailbox or not: %s', (reply, isMailbox) => {
  expect(isAboutMailbox(reply)).toBe(isMailbox);
});
