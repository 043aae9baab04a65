/** The set-up of code entry for a machine with more events, more context and more tasks. */
import type { EventObject, SetupReturn, UnknownActorLogic } from 'xstate';
import type { CodeEntrySetup, FragmentContext } from './code-entry-setup.ts';
import type { AccountSetup } from './factor-proof.ts';
import type { CodeRefusal } from './refusals.ts';

/** Actions for the owner of an account. */
type OwnerAction = 'notifyOwner' | 'forgetWrongCodes' | 'rememberNetwork' | 'trustDevice';

/** The actions of a machine that knows no account: without those for an owner, and with the refusals of codes alone. */
type WithoutAccount<Actions> = {
  [Name in Exclude<keyof Actions, OwnerAction>]: Name extends 'refuse' ? CodeRefusal : Actions[Name];
};

/**
 * The set-up of code entry for a machine with more events, more context and more tasks.
 * @template OfAccount true if the machine knows the person's account
 */
export type Extended<
  Context extends FragmentContext,
  Event extends EventObject,
  Tasks extends Record<string, UnknownActorLogic>,
  OfAccount extends boolean,
> =
  (OfAccount extends true ? AccountSetup : CodeEntrySetup) extends SetupReturn<
    infer _Context,
    infer _Event,
    infer Actors,
    infer Children,
    infer Actions,
    infer Guards,
    infer Delay,
    infer Tag,
    infer Input,
    infer Output,
    infer Emitted,
    infer Meta,
    infer TransitionMeta
  >
    ? SetupReturn<
        Context,
        Event,
        Actors & Tasks,
        Children,
        OfAccount extends true ? Actions : WithoutAccount<Actions>,
        Guards,
        Delay,
        Tag,
        Input,
        Output,
        Emitted,
        Meta,
        TransitionMeta
      >
    : never;
