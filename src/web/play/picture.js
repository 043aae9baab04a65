// @ts-check
/** The machine's diagram. Marks the current state and the transitions that the session accepts there. */
import { markSession } from '../diagrams/live.js';
import { Machine } from '../diagrams/machine.js';
import { Viewport } from '../diagrams/viewport.js';

/** @typedef {import('./recorded-run.js').Workflow} Workflow */
/** @typedef {{ svg: SVGSVGElement, view: Viewport }} Picture */

export class Pictures {
  /** @type {Map<string, Machine | null>} */
  #machines = new Map();
  /** @type {Map<string, Promise<Picture | null>>} by address */
  #pictures = new Map();
  /** @type {Picture | null} */
  #shown = null;
  #active = '';
  /** Counts calls of `show`. An earlier call that finishes late changes nothing. */
  #asked = 0;

  /**
   * @param {HTMLElement} place
   * @param {typeof fetch} fetching
   * @param {() => void} changed called when another machine has been read
   */
  constructor(place, fetching, changed) {
    this.place = place;
    this.fetching = fetching;
    this.changed = changed;
    addEventListener('resize', () => this.#begin());
  }

  /** The machine of a workflow; null until it has been read. @param {Workflow | undefined} workflow */
  machineOf(workflow) {
    if (workflow === undefined) return null;
    const known = this.#machines.get(workflow.name);
    if (known === undefined) {
      this.#machines.set(workflow.name, null);
      void this.#readMachine(workflow);
    }
    return known ?? null;
  }

  /**
   * @param {Workflow} workflow
   * @param {boolean} whole true for the full diagram instead of the overview
   * @param {import('../diagrams/live.js').Representation | null} session
   */
  async show(workflow, whole, session) {
    const { pictures } = workflow;
    this.#asked += 1;
    const asked = this.#asked;
    const address = (whole ? null : pictures.overview) ?? pictures.svg;
    const picture = address === null ? null : await this.#picture(address);
    if (asked !== this.#asked) return;
    if (picture !== this.#shown || picture === null) {
      this.#shown = picture;
      this.place.replaceChildren(
        picture?.svg ?? (address === null ? 'There is no picture of it yet: npm run diagrams makes it.' : 'Its picture can’t be read now.'),
      );
      this.#begin();
      this.#active = '';
    }
    if (picture === null) return;
    markSession(picture.svg, session, this.machineOf(workflow));
    const active = session?.state ?? '';
    if (active !== this.#active) {
      this.#active = active;
      this.#reveal(picture);
    }
  }

  /** Shows the whole picture if it is readable at that size. Otherwise shows its top, or the current state. */
  #begin() {
    this.#shown?.view.begin();
    if (this.#shown !== null) this.#reveal(this.#shown);
  }

  /** @param {Picture} picture */
  #reveal({ svg, view }) {
    const shape = [...svg.querySelectorAll('.active')].at(-1);
    if (shape instanceof SVGGraphicsElement) view.reveal(shape);
  }

  /** @param {'zoomIn' | 'zoomOut' | 'fit'} what */
  look(what) {
    this.#shown?.view[what]();
  }

  /** @param {Workflow} workflow */
  async #readMachine({ name, machine }) {
    try {
      const answer = await this.fetching(machine);
      if (!answer.ok) throw new Error(`${answer.status}`);
      this.#machines.set(name, new Machine(await answer.json()));
      this.changed();
    } catch {
      // The next call of `machineOf` reads it again.
      this.#machines.delete(name);
    }
  }

  /** @param {string} address */
  #picture(address) {
    const picture = this.#pictures.get(address) ?? this.#readPicture(address);
    this.#pictures.set(address, picture);
    return picture.catch(() => {
      this.#pictures.delete(address);
      return null;
    });
  }

  /** @param {string} address @returns {Promise<Picture | null>} */
  async #readPicture(address) {
    const answer = await this.fetching(address);
    if (!answer.ok) throw new Error(`${answer.status}`);
    // The page has its own copy of this style: its content policy blocks styles inside a picture.
    const text = (await answer.text()).replaceAll(/<style>[\s\S]*?<\/style>/g, '');
    const parsed = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
    if (!(parsed instanceof SVGSVGElement)) return null;
    const svg = document.importNode(parsed, true);
    svg.classList.add('shown');
    return { svg, view: new Viewport(svg, { isAlone: false }) };
  }
}
