/** The start of the registration of a factor: the way in which the owner of the account confirms it, and the factor to enrol. */

import type { Channel } from '../../machines/workflow.ts';
import type { Factor } from '../common/factor.ts';
import { InvalidBody } from '../engine/errors.ts';
import type { Resolver } from '../engine/ports.ts';
import { deviceAndLocale } from './device-and-locale.ts';
import type { FactorOffers } from './factor-offers.ts';
import { enrolmentOf } from './factors.ts';
import { type LoginAccount, ownerOf, stepUpChannel } from './login-account.ts';

export interface RegistrationDeps {
  readonly factor: Factor;
  readonly find: (accountId: string) => Promise<LoginAccount | null>;
  readonly offers: Pick<FactorOffers, 'first'>;
  /** True if a provider sends over the channel. */
  readonly can: (channel: Channel) => boolean;
  /** @throws ChannelUnavailable if no provider sends over the channel */
  readonly need: (channel: Channel) => void;
}

/** @returns the resolver of the start of a workflow that enrols this factor */
export function factorRegistrationResolver({ factor, find, offers, can, need }: RegistrationDeps): Resolver {
  return {
    refusals: ['factor-limit'],
    start: async (body, _, { caller, session }) => {
      const { owner } = caller;
      if (!owner) throw new Error('The request for a registration has no owner');
      const account = await find(owner.accountId);
      if (account === null) throw new Error('The owner has no account');
      if (await factor.isFull?.(account.id)) throw new InvalidBody('', 'The account may have no more of this factor', 'factor-limit');
      const own = { ...deviceAndLocale(body), ...ownerOf(account), loginId: owner.sessionId };
      const name = typeof body['name'] === 'string' ? { factorName: body['name'] } : {};
      const personal = { ...own, ...name, ...(await enrolmentOf(factor, { ...session, personal: own })) };
      const proof = await offers.first(account, body['factor'], session);
      if (proof !== null) return { event: { type: 'REQUEST_REGISTRATION', factor: true }, personal: { ...personal, ...proof } };
      const channel = stepUpChannel(body['channel'], account, can);
      need(channel);
      return { event: { type: 'REQUEST_REGISTRATION', channel }, personal };
    },
  };
}
