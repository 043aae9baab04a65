/** Masks personal details. */
import type { Personal } from '../engine/ports.ts';
import type { Mask } from '../modules/module.ts';

/** Masks personal details for display. */
export function masking(masks: Readonly<Record<string, Mask>>): (personal: Personal) => Record<string, string> {
  return (personal) =>
    Object.fromEntries(
      Object.entries(personal).flatMap(([name, detail]) => {
        const mask = Object.hasOwn(masks, name) ? masks[name] : undefined;
        if (mask === undefined || mask === 'hidden') return [];
        return [[name, mask === 'shown' ? detail : mask(detail)]];
      }),
    );
}
