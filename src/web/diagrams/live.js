// @ts-check
/** A session that is followed while it runs: read from its event stream, with its token in the header. */
import { element, section } from './elements.js';
import { around } from './machine.js';

const tickMs = 500;
const reconnectMs = 2000;
const eventsShown = 5;

/**
 * @typedef {{ state: string, status: string, outcome: string | null, reference: string, events: { type: string }[] } & Record<string, unknown>} Representation
 * @typedef {{ at: string, event: string, from: string | null, to: string, refusal: string | null }} HistoryEntry
 * @typedef {{ href: string, clock: string | null, deadlines: Record<string, string> }} Settings
 */

/**
 * Marks the states that a session is in, and the transitions that it would take.
 * @param {ParentNode} stage where the pictures are
 * @param {Pick<Representation, 'state' | 'status' | 'events'> | null} session
 */
export function markSession(stage, session) {
  const { state = '', events = [], status } = session ?? {};
  const inside = session === null ? [] : around(state);
  const accepted = new Set(events.map(({ type }) => type));
  for (const shape of stage.querySelectorAll('[data-state]')) {
    const path = shape.getAttribute('data-state') ?? '';
    shape.classList.toggle('active', inside.includes(path));
  }
  for (const shape of stage.querySelectorAll('[data-transition]')) {
    const sources = (shape.getAttribute('data-source') ?? '').split(' ');
    const taken = shape.getAttribute('data-kind') === 'event' && accepted.has(shape.getAttribute('data-event') ?? '');
    shape.classList.toggle('enabled', status === 'active' && taken && sources.some((source) => inside.includes(source)));
  }
}

export class LiveSession {
  /**
   * @param {{ stage: ParentNode, place: HTMLElement, settings: Settings, id: string, token: string }} parts
   */
  constructor({ stage, place, settings, id, token }) {
    this.stage = stage;
    this.place = place;
    this.settings = settings;
    this.address = `${settings.href}/${encodeURIComponent(id)}`;
    this.headers = { authorization: `Bearer ${token}` };
    /** @type {Representation | null} */
    this.session = null;
    /** @type {HistoryEntry[]} */
    this.history = [];
    /** What the service's clock is ahead of this one by. */
    this.aheadMs = 0;
    this.message = 'Connecting …';
  }

  async follow() {
    this.place.hidden = false;
    setInterval(() => this.#countDown(), tickMs);
    for (let again = true; again; ) {
      again = await this.#read().catch(() => true);
      if (again) {
        this.#say('The connection was lost. Trying again …');
        await new Promise((resolve) => setTimeout(resolve, reconnectMs));
      }
    }
  }

  /** @returns whether the stream ended before the session did */
  async #read() {
    const answer = await fetch(`${this.address}/stream`, { headers: this.headers });
    if (!answer.ok || answer.body === null) {
      const known = answer.status === 401 || answer.status === 404;
      this.#say(
        known ? 'This token opens no such session. It belongs behind # in the address: #token=…' : `The service answered ${answer.status}.`,
      );
      return !known;
    }
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ''; ; ) {
      const { done, value } = await reader.read();
      if (done) return this.session?.status !== 'done';
      const blocks = (text + value).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) await this.#hear(block);
    }
  }

  /** @param {string} block one Server-Sent Event */
  async #hear(block) {
    const data = block.split('\n').filter((line) => line.startsWith('data:'));
    if (data.length === 0) return;
    this.session = JSON.parse(data.map((line) => line.slice(5)).join('\n'));
    await Promise.all([this.#readClock(), this.#readHistory()]);
    markSession(this.stage, this.session);
    this.#say(this.session?.status === 'done' ? `It has ended: ${this.session.outcome}.` : '');
  }

  async #readClock() {
    if (this.settings.clock === null) return;
    const answer = await fetch(this.settings.clock).catch(() => null);
    if (answer?.ok) this.aheadMs = Date.parse((await answer.json()).now) - Date.now();
  }

  async #readHistory() {
    const answer = await fetch(`${this.address}/history`, { headers: this.headers }).catch(() => null);
    if (answer?.ok) this.history = (await answer.json()).history;
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
        section('What happened last', [element('ol', { class: 'history' }, ...history.slice(-eventsShown).reverse().map(entryOf))]),
      ].filter((node) => node !== null),
    );
    this.#countDown();
  }

  #countDown() {
    for (const time of this.place.querySelectorAll('time')) {
      const leftMs = Date.parse(time.dateTime) - Date.now() - this.aheadMs;
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
