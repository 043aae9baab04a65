/** The public events of a machine that links an account elsewhere: the request, the provider's answer, and the holder's confirmation. */
import { Type } from '@sinclair/typebox';
import type { LinkingEvent } from './linking.ts';
import { closed, type PublicEventsOf } from './workflow.ts';

const ReturnAddress = Type.String({
  maxLength: 2000,
  title: 'Return address',
  'x-handed-over': true,
  description:
    'One of LINK_RETURN_URLS, to the letter: the browser goes there from the provider, with the value for `confirm-link` in the fragment. Without it, the value goes to the page of the service that opened the provider',
});

const Provider = Type.String({
  minLength: 1,
  maxLength: 40,
  title: 'Provider',
  choicesFrom: 'link-providers',
  description: 'One of those that are configured',
  examples: ['acme'],
});

const LinkValue = Type.String({
  minLength: 1,
  maxLength: 100,
  writeOnly: true,
  'x-handed-over': true,
  title: 'Value',
  description: 'The value that the callback page handed over, unchanged. It is valid once, for that grant',
  examples: ['Zk3u0cX1r2d4nN7wq8L5yB6vT9sA0eH-jM_gP1oRf2E'],
});

export const linkingEvents = {
  LINK_ACCOUNT: {
    description: 'Links an account elsewhere: `authorizationUrl` says where the person agrees to that.',
    body: Type.Object({ provider: Provider, returnTo: Type.Optional(ReturnAddress) }, closed),
    resolver: 'linkAccount',
    sender: 'holder',
    payloads: [{}],
  },
  PROVIDER_RETURNED: {
    description: 'The person comes back from the provider, having agreed or not. `value` is what confirms the grant.',
    body: Type.Object({ state: Type.String(), query: Type.String(), value: Type.String() }, closed),
    resolver: 'providerReturned',
    sender: 'provider',
    payloads: [{ granted: true }, { granted: false }],
  },
  CONFIRM_LINK: {
    description: 'Confirms that the grant came from the holder’s own browser. A wrong value is counted.',
    body: Type.Object({ value: LinkValue }, closed),
    resolver: 'confirmLink',
    sender: 'holder',
    payloads: [{ right: true }, { right: false }],
  },
} as const satisfies PublicEventsOf<LinkingEvent>;
