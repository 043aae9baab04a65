/** The public events of a machine that links an account elsewhere: the request, the provider's answer, and the holder's confirmation. */
import { Type } from '@sinclair/typebox';
import type { LinkingEvent } from './linking.ts';
import { closed, type PublicEventsOf } from './workflow.ts';

const ReturnAddress = Type.String({
  maxLength: 2000,
  title: 'Return address',
  'x-handed-over': true,
  description:
    'Exactly one of LINK_RETURN_URLS. The provider’s answer leads the browser there, with the value for `confirm-link` in the fragment. Without a return address, the value goes to the page of the service that opened the provider',
});

const Provider = Type.String({
  minLength: 1,
  maxLength: 40,
  title: 'Provider',
  choicesFrom: 'link-providers',
  description: 'A configured provider',
  examples: ['acme'],
});

const LinkValue = Type.String({
  minLength: 1,
  maxLength: 100,
  writeOnly: true,
  'x-handed-over': true,
  title: 'Value',
  description: 'The unchanged value from the callback page. It is valid once, for that grant',
  examples: ['Zk3u0cX1r2d4nN7wq8L5yB6vT9sA0eH-jM_gP1oRf2E'],
});

export const linkingEvents = {
  LINK_ACCOUNT: {
    description: 'Begins to link an account at a provider. The person agrees at `authorizationUrl`.',
    body: Type.Object({ provider: Provider, returnTo: Type.Optional(ReturnAddress) }, closed),
    resolver: 'linkAccount',
    sender: 'holder',
    payloads: [{}],
  },
  PROVIDER_RETURNED: {
    description: 'The person returns from the provider with its answer: a grant, their refusal, or an error. `value` confirms a grant.',
    body: Type.Object({ state: Type.String(), query: Type.String(), value: Type.String() }, closed),
    resolver: 'providerReturned',
    sender: 'provider',
    payloads: [{ answer: 'granted' }, { answer: 'declined' }, { answer: 'failed' }],
  },
  CONFIRM_LINK: {
    description: 'Confirms that the grant came from the holder’s own browser. A wrong value counts.',
    body: Type.Object({ value: LinkValue }, closed),
    resolver: 'confirmLink',
    sender: 'holder',
    payloads: [{ correct: true }, { correct: false }],
  },
} as const satisfies PublicEventsOf<LinkingEvent>;
