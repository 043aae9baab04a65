/** The parts that the machines of passkeys share: the events with the answer of a device, and the tests of its result. */
import type { accountFigures } from './accounts-figures.ts';
import type { FiguresOf } from './figures.ts';
import type { passkeyFigures } from './passkey-figures.ts';

export type PasskeyFigures = Pick<FiguresOf<typeof passkeyFigures>, 'passkeySessionMs'> &
  Pick<FiguresOf<typeof accountFigures>, 'proofsPerSession'>;

/** `wrongProofs`: the refused answers. `hardware`: the passkey cannot be copied to another device; null before a correct answer. */
export type PasskeyContext = { readonly wrongProofs: number; readonly hardware: boolean | null };

/**
 * The result of an answer. `cancelled` and `timed-out`: the person or their device gave none. `outdated`: the account has changed, or its
 * login has ended.
 */
export type PasskeyEvent =
  | { type: 'PROVE_PASSKEY'; result: 'correct'; hardware: boolean }
  | { type: 'PROVE_PASSKEY'; result: 'wrong' | 'unknown' | 'foreign' | 'cloned' | 'outdated' | 'cancelled' | 'timed-out' }
  | { type: 'CANCEL' };

type Args = {
  readonly context: PasskeyContext;
  readonly event: { readonly type: string; readonly result?: unknown; readonly hardware?: unknown };
};

export const noPasskeyYet: PasskeyContext = Object.freeze({ wrongProofs: 0, hardware: null });

/** The owner is told of a copy: its answer was signed with the key. */
export const passkeyCopied = { type: 'notifyOwner', params: { notice: 'passkey-copied' } } as const;

/** The guards of the result. */
export function passkeyGuards(figures: PasskeyFigures) {
  const is =
    (result: string) =>
    ({ event }: Args) =>
      event.result === result;
  return {
    isProved: is('correct'),
    isUnknown: is('unknown'),
    isForeign: is('foreign'),
    isCloned: is('cloned'),
    isOutdated: is('outdated'),
    isCancelled: is('cancelled'),
    isTimedOut: is('timed-out'),
    hasNoProofLeft: ({ context }: Args) => context.wrongProofs >= figures.proofsPerSession,
  };
}
