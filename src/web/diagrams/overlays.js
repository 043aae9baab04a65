// @ts-check
/** Overlays of a picture: the number of sessions in each state, and test coverage. */

import { leavesOf } from './machine.js';

/** At most as often as the service counts sessions. */
const countEveryMs = 5000;

/** @typedef {{ version: number, status: string, state: string, sessions: number }} Count */

/**
 * The number of sessions in a state, nested states included.
 * @param {readonly Count[]} counts
 * @param {string} path
 */
export function sessionsIn(counts, path) {
  const inside = counts.filter(({ state }) => leavesOf(state).some((leaf) => leaf === path || leaf.startsWith(`${path}.`)));
  return inside.reduce((sum, { sessions }) => sum + sessions, 0);
}

export class SessionCounts {
  /**
   * @param {ParentNode} stage
   * @param {string} address of the counts
   */
  constructor(stage, address) {
    this.stage = stage;
    this.address = address;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
  }

  /** @param {boolean} shown */
  show(shown) {
    clearInterval(this.timer);
    if (!shown) {
      this.#write([]);
      return;
    }
    void this.#look();
    this.timer = setInterval(() => {
      if (!document.hidden) void this.#look();
    }, countEveryMs);
  }

  async #look() {
    const answer = await fetch(this.address).catch(() => null);
    if (answer?.ok) this.#write((await answer.json()).counts);
  }

  /** @param {readonly Count[]} counts */
  #write(counts) {
    for (const text of this.stage.querySelectorAll('text[data-count]')) {
      const sessions = sessionsIn(counts, text.getAttribute('data-count') ?? '');
      text.textContent = sessions === 0 ? '' : compact(sessions);
    }
  }
}

/**
 * Marks each transition as covered or uncovered.
 * @param {ParentNode} stage
 * @param {import('./panel.js').Coverage} coverage
 */
export function markCoverage(stage, { transitions }) {
  for (const shape of stage.querySelectorAll('[data-transition]')) {
    const covered = (shape.getAttribute('data-transition') ?? '').split(' ').every((id) => (transitions[id]?.paths ?? 0) > 0);
    shape.classList.toggle('covered', covered);
    shape.classList.toggle('uncovered', !covered);
  }
}

/** @param {number} count */
function compact(count) {
  return new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(count);
}
