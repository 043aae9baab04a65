// @ts-check
/** Follows a running session on the designers' page. */
import { createClient, VerificationProblem } from '../client/client.js';
import { serviceUrl } from './address.js';
import { element, section } from './elements.js';
import { around, isHidden, leavesOf } from './machine.js';

const tickMs = 500;
const eventsShown = 5;

/**
 * @typedef {{ state: string, status: string, outcome: string | null, reference: string, events: { type: string }[] } & Record<string, unknown>} Representation
 * @typedef {import('../../client/api.js').HistoryEntry} HistoryEntry
 * @typedef {import('../../client/api.js').Session<any>} Session
 * @typedef {{ name: string, deadlines: Record<string, string> }} Settings
 */

/**
 * Marks the active states of a session, and the transitions that it accepts.
 * @param {ParentNode} stage the element that holds the pictures
 * @param {Pick<Representation, 'state' | 'status' | 'events'> | null} session
 * @param {import('./machine.js').Machine | null} machine null until it has been read. Then no transition is marked
 */
export function markSession(stage, session, machine) {
  const { state = '', events = [], status } = session ?? {};
  const inside = session === null ? [] : around(state);
  const accepted = new Set(events.map(({ type }) => type));
  for (const shape of stage.querySelectorAll('[data-state]')) {
    const path = shape.getAttribute('data-state') ?? '';
    shape.classList.toggle('active', inside.includes(path));
  }
  for (const shape of stage.querySelectorAll('[data-transition]')) {
    const transitions = (shape.getAttribute('data-transition') ?? '').split(' ').flatMap((id) => machine?.transition(id) ?? []);
    const isTaken = transitions.some(
      (transition) =>
        transition.kind === 'event' &&
        accepted.has(transition.event ?? '') &&
        inside.includes(transition.source) &&
        leavesOf(state).some((leaf) => around(leaf).includes(transition.source) && !isHidden(transition, leaf)),
    );
    shape.classList.toggle('enabled', status === 'active' && isTaken);
  }
}

export class LiveSession {
  /**
   * @param {{ stage: ParentNode, place: HTMLElement, settings: Settings, machine: import('./machine.js').Machine, id: string,
   *   token: string }} parts
   */
  constructor({ stage, place, settings, machine, id, token }) {
    this.stage = stage;
    this.machine = machine;
    this.place = place;
    this.settings = settings;
    this.id = id;
    this.token = token;
    this.client = createClient(serviceUrl);
    /** @type {Representation | null} */
    this.session = null;
    /** @type {readonly HistoryEntry[]} */
    this.history = [];
    this.message = 'Connecting …';
  }

  async follow() {
    this.place.hidden = false;
    setInterval(() => this.#countDown(), tickMs);
    try {
      /** @type {Session} */
      const session = await this.client.resume(/** @type {any} */ (this.settings.name), this.id, this.token);
      for await (const representation of session.follow()) {
        this.session = representation;
        this.history = await session.history();
        markSession(this.stage, representation, this.machine);
        this.#say(representation.status === 'done' ? `Ended: ${representation.outcome}.` : '');
      }
    } catch (error) {
      const isUnknown = error instanceof VerificationProblem && (error.status === 401 || error.status === 404);
      this.#say(isUnknown ? 'This token does not open this session. Put it after # in the address: #token=…' : String(error));
    }
  }

  /** @param {string} message */
  #say(message) {
    this.message = message;
    const { session, history } = this;
    if (session === null) {
      this.place.replaceChildren(element('h2', {}, 'Live session'), element('p', { role: 'status' }, message));
      return;
    }
    const deadlines = Object.values(this.settings.deadlines).filter((name) => typeof session[name] === 'string');
    this.place.replaceChildren(
      ...[
        element('h2', {}, 'Live session'),
        element('p', { role: 'status' }, element('strong', {}, session.state), ` · ${session.reference}`),
        message === '' ? null : element('p', { role: 'alert' }, message),
        section(
          'Deadlines',
          deadlines.map((name) => element('p', {}, `${name} `, element('time', { datetime: String(session[name]) }))),
        ),
        section('Latest events', [element('ol', { class: 'history' }, ...history.slice(-eventsShown).reverse().map(entryOf))]),
      ].filter((node) => node !== null),
    );
    this.#countDown();
  }

  #countDown() {
    for (const time of this.place.querySelectorAll('time')) {
      const leftMs = Date.parse(time.dateTime) - this.client.now().getTime();
      time.textContent = leftMs <= 0 ? 'now' : `in ${inWords(leftMs)}`;
    }
  }
}

/** @param {HistoryEntry} entry */
function entryOf({ event, to, refusal }) {
  return element('li', {}, element('strong', {}, event), refusal === null ? ` → ${to}` : ` refused: ${refusal}`);
}

/** @param {number} ms */
function inWords(ms) {
  const seconds = Math.ceil(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
