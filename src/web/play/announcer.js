// @ts-check
/** Tells screen readers what changed: each new screen once, and actions that have become available. Countdowns stay silent. */

export class Announcer {
  #screen = '';
  /** @type {Set<string>} */
  #known = new Set();

  /**
   * @param {HTMLElement} place of a live region
   * @param {HTMLElement} shown
   */
  constructor(place, shown) {
    this.place = place;
    this.shown = shown;
  }

  /** @param {string | null} session the id of the session on the screen; null before the start */
  look(session) {
    const heading = this.shown.querySelector('[data-heading]');
    const screen = `${session} ${heading?.textContent}`;
    const can = new Set([...this.shown.querySelectorAll('.actions button:not([aria-disabled])')].map((button) => textOf(button)));
    if (screen !== this.#screen) {
      const next = heading?.nextElementSibling;
      const said = next instanceof HTMLParagraphElement ? textOf(next) : '';
      if (session !== null) this.place.textContent = [`${textOf(heading)}.`, said].join(' ').trim();
    } else {
      const since = [...can].filter((label) => !this.#known.has(label));
      if (since.length > 0) this.place.textContent = `You can do this now: ${since.join(', ')}.`;
    }
    this.#screen = screen;
    this.#known = can;
  }
}

/** @param {Element | null | undefined} element */
function textOf(element) {
  return element?.textContent?.replaceAll(/\s+/g, ' ').trim() ?? '';
}
