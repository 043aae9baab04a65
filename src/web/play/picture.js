// @ts-check
/** The machine's picture, with the state that the session is in, and what it takes there. */
import { markSession } from '../diagrams/live.js';
import { Machine } from '../diagrams/machine.js';
import { Viewport } from '../diagrams/viewport.js';

/** @typedef {import('./run.js').Workflow} Workflow */
/** @typedef {{ svg: SVGSVGElement, view: Viewport }} Picture */

export class Pictures {
  /** @type {Map<string, Machine | null>} */
  #machines = new Map();
  /** @type {Map<string, Promise<Picture | null>>} by address */
  #pictures = new Map();
  /** @type {Picture | null} */
  #shown = null;
  #whole = false;
  #active = '';

  /**
   * @param {HTMLElement} place
   * @param {() => void} changed when another machine is known
   */
  constructor(place, changed) {
    this.place = place;
    this.changed = changed;
    addEventListener('resize', () => this.#begin());
  }

  /** The machine of a workflow, once it is known; null until then. @param {Workflow | undefined} workflow */
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
   * @param {boolean} whole instead of the overview, where there is one
   * @param {import('../diagrams/live.js').Representation | null} session
   */
  async show({ pictures }, whole, session) {
    const address = (whole ? null : pictures.overview) ?? pictures.svg;
    const picture = address === null ? null : await this.#picture(address);
    if (picture !== this.#shown) {
      this.#shown = picture;
      this.place.replaceChildren(...(picture === null ? ['There is no picture of it yet: npm run diagrams makes it.'] : [picture.svg]));
      this.#whole = whole;
      this.#begin();
      this.#active = '';
    }
    if (picture === null) return;
    markSession(picture.svg, session);
    const active = session?.state ?? '';
    if (active !== this.#active) {
      this.#active = active;
      const shape = [...picture.svg.querySelectorAll('.active')].at(-1);
      if (shape instanceof SVGGraphicsElement) picture.view.reveal(shape);
    }
  }

  /** An overview is small enough to be seen as a whole; whoever asks for everything wants to read it. */
  #begin() {
    if (this.#whole) this.#shown?.view.begin();
    else this.#shown?.view.fit();
  }

  /** @param {'zoomIn' | 'zoomOut' | 'fit'} what */
  look(what) {
    this.#shown?.view[what]();
  }

  /** @param {Workflow} workflow */
  async #readMachine({ name, machine }) {
    const answer = await fetch(machine);
    if (!answer.ok) return;
    this.#machines.set(name, new Machine(await answer.json()));
    this.changed();
  }

  /** @param {string} address */
  #picture(address) {
    const picture = this.#pictures.get(address) ?? this.#readPicture(address);
    this.#pictures.set(address, picture);
    return picture;
  }

  /** @param {string} address @returns {Promise<Picture | null>} */
  async #readPicture(address) {
    const answer = await fetch(address);
    // Its style comes with the page, which lets none in that stands in a picture.
    const text = (await answer.text()).replaceAll(/<style>[\s\S]*?<\/style>/g, '');
    const parsed = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
    if (!(parsed instanceof SVGSVGElement)) return null;
    const svg = document.importNode(parsed, true);
    svg.classList.add('shown');
    return { svg, view: new Viewport(svg) };
  }
}
