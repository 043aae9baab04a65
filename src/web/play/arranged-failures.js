// @ts-check
/** Delivery failures that the player arranged and that have not happened yet. */

/**
 * @param {import('./recorded-run.js').Run} run
 * @returns {ReadonlySet<string>} the channels whose next delivery will fail
 */
export function failingIn({ members, steps }) {
  const failed = members.flatMap(({ history, session }) =>
    history.filter(({ event }) => event.endsWith('.failed')).map(({ begun }) => ({ begun, channel: session.current.data.channel })),
  );
  /** @type {Set<string>} */
  const failing = new Set();
  for (const [index, step] of steps.entries()) {
    if (step.do !== 'deliveries') continue;
    // The next failed delivery of the channel uses the arrangement up.
    const isSpent = failed.some(({ begun, channel }) => channel === step.channel && begun > index + 1);
    if (step.outcome === 'fail' && !isSpent) failing.add(step.channel);
    else failing.delete(step.channel);
  }
  return failing;
}
