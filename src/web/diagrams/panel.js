// @ts-check
/** The panel beside a picture: details of the chosen state or transition, or the legend. */
import { addressOf } from './address.js';
import { element, section } from './elements.js';
import { causeOf, isHidden, isWithin, targetsOf } from './machine.js';

/**
 * @typedef {import('./machine.js').Machine} Machine
 * @typedef {import('./machine.js').State} State
 * @typedef {import('./machine.js').Transition} Transition
 * @typedef {{ paths: number, examples: number[] }} Covered
 * @typedef {{ states: Record<string, Covered>, transitions: Record<string, Covered>, sentences: string[] }} Coverage
 */

/** The kinds of transition in the legend. */
const signs = [
  ['event', 'An action of the person or the caller'],
  ['timeout', 'A timeout; the line is dashed'],
  ['done', 'A task has ended well'],
  ['failed', 'A task has failed'],
  ['refusal', 'Refused: the state stays, the caller gets the reason'],
];

/**
 * A text of the screen in each of its languages.
 * @param {string} label
 * @param {Record<string, string>} [texts]
 * @returns {[string, string][]}
 */
function byLanguage(label, texts = {}) {
  const several = Object.keys(texts).length > 1;
  return Object.entries(texts).map(([language, text]) => [several ? `${label} (${language})` : label, text]);
}

export class Panel {
  /**
   * @param {HTMLElement} place
   * @param {Machine} machine
   * @param {Record<string, string>} events descriptions of the events, by type
   * @param {{ state: (path: string) => void, transition: (id: string) => void, nothing: () => void }} choose
   */
  constructor(place, machine, events, choose) {
    this.place = place;
    this.machine = machine;
    this.events = events;
    this.choose = choose;
    /** @type {Coverage | null} */
    this.coverage = null;
    /** The live session, above the other content. */
    this.live = element('div', { class: 'live', hidden: '' });
  }

  /** @param {readonly (Node | null)[]} content */
  #show(content) {
    this.place.replaceChildren(this.live, ...content.filter((node) => node !== null));
  }

  legend() {
    this.#show([
      element('h2', {}, 'Legend'),
      element(
        'ul',
        { class: 'legend' },
        ...signs.map(([kind = '', text = '']) => element('li', {}, element('span', { class: `sign sign-${kind}` }), text)),
      ),
      element(
        'p',
        {},
        'A box is a state, and stands for a screen. A double border is an end. Events inside a box are handled without leaving the state. The inner box takes precedence: an outer box handles an event only if the inner one does not.',
      ),
      element(
        'p',
        {},
        'Choose a state or a transition for its details. Drag to move, ',
        key('+'),
        ' ',
        key('−'),
        ' to zoom, ',
        key('0'),
        ' to see everything, ',
        key('Tab'),
        ' from state to state.',
      ),
    ]);
  }

  /** @param {State} state */
  state(state) {
    const transitions = this.machine.transitionsIn(state);
    const of = (/** @type {string[]} */ ...kinds) => transitions.filter(({ kind }) => kinds.includes(kind));
    this.#show([
      this.#heading(state.title, state.path),
      state.description === null ? null : element('p', {}, state.description),
      facts([
        ['Screen', state.screen],
        ...byLanguage('Title', state.heading),
        ...byLanguage('Help', state.help),
        ['An end', state.type === 'final' ? 'yes' : null],
      ]),
      section('Accepted', this.#list(state, of('event', 'always'))),
      section('Refused', this.#list(state, of('refusal'))),
      section('Deadlines', this.#list(state, of('timeout'))),
      section('Tasks', [...this.#tasks(state), ...this.#list(state, of('done', 'failed'))]),
      this.#tests(this.coverage?.states[state.path]),
    ]);
  }

  /** @param {Transition} transition */
  transition(transition) {
    const { id, source, type, guard, otherwise, refusal, actions } = transition;
    this.#show([
      this.#heading(causeOf(transition), id),
      this.events[type] === undefined ? null : element('p', {}, this.events[type]),
      facts([
        ['From', this.#stateLink(source)],
        ['To', this.#targets(transition)],
        ['If', guard ?? (otherwise ? 'none of those before it' : null)],
        ['Refused', refusal === null ? null : problemLink(refusal.code)],
        ['Until', refusal?.until ? `${refusal.until.text} (${refusal.until.name})` : null],
        ['Delay', transition.delay === null ? null : `${transition.delay.text} (${transition.delay.name})`],
        ['Does', actions.length === 0 ? null : actions.join(', ')],
        ['Not in', this.#exceptionsOf(transition)],
      ]),
      this.#tests(this.coverage?.transitions[id]),
    ]);
  }

  /**
   * The states in which another transition takes precedence.
   * @param {Transition} transition
   */
  #exceptionsOf(transition) {
    if (isHidden(transition, transition.source)) return 'any state: another transition always comes first';
    const { hiddenIn = [] } = transition;
    return hiddenIn.length === 0 ? null : hiddenIn.map((path) => this.machine.titleOf(path)).join(', ');
  }

  /**
   * @param {string} title
   * @param {string} name
   */
  #heading(title, name) {
    const close = element(
      'button',
      { type: 'button', class: 'close', 'aria-label': 'Close the details', click: () => this.choose.nothing() },
      '×',
    );
    return element('div', { class: 'heading' }, element('h2', {}, title), element('code', {}, name), close);
  }

  /**
   * @param {State} state
   * @param {readonly Transition[]} transitions
   */
  #list(state, transitions) {
    if (transitions.length === 0) return [];
    const items = transitions.map((transition) => {
      const { id, kind, source, guard, refusal } = transition;
      const targets = targetsOf(transition).map((target) => this.machine.titleOf(target));
      const goes = targets.length === 0 ? null : `→ ${targets.join(' + ')}`;
      const refused = refusal === null ? null : refusal.code + (refusal.until ? ` until ${refusal.until.text}` : '');
      const tail = [refused, goes].filter((part) => part !== null).join(' ') || 'stays';
      const button = element(
        'button',
        { type: 'button', class: `row row-${kind}`, click: () => this.choose.transition(id) },
        element('strong', {}, causeOf(transition)),
        isWithin(source, state.path) ? element('em', {}, ` in ${this.machine.titleOf(source)}`) : null,
        guard === null ? null : element('em', {}, ` if ${guard}`),
        ` ${tail}`,
      );
      return element('li', {}, button);
    });
    return [element('ul', { class: 'rows' }, ...items)];
  }

  /** @param {State} state */
  #tasks({ tasks }) {
    return tasks.map(({ id, name, isSession }) => {
      const shown = element('code', {}, name);
      const linked = isSession ? element('a', { href: addressOf(`/diagrams?workflow=${name}`) }, shown) : shown;
      return element('p', {}, linked, id === name ? '' : ` as ${id}`);
    });
  }

  /** @param {string} path */
  #stateLink(path) {
    if (path === '') return 'any state';
    return element('button', { type: 'button', class: 'link', click: () => this.choose.state(path) }, this.machine.titleOf(path));
  }

  /** @param {Transition} transition */
  #targets(transition) {
    const links = targetsOf(transition).map((target) => this.#stateLink(target));
    return links.length === 0
      ? 'stays where it is'
      : element('span', {}, ...links.flatMap((link, index) => (index > 0 ? [' + ', link] : [link])));
  }

  /** @param {Covered | undefined} covered */
  #tests(covered) {
    if (this.coverage === null) return null;
    const { sentences } = this.coverage;
    const paths = covered?.paths ?? 0;
    return section('Tests', [
      element(
        'p',
        {},
        paths === 0
          ? 'No test path passes here.'
          : `${paths.toLocaleString('en')} paths of the tests come by here${paths > 3 ? ', these among them:' : ':'}`,
      ),
      element('ol', { class: 'paths' }, ...(covered?.examples ?? []).map((index) => element('li', {}, sentences[index] ?? ''))),
    ]);
  }
}

/** @param {readonly (readonly [string, Node | string | null])[]} entries */
function facts(entries) {
  const known = entries.filter(([, value]) => value !== null);
  return known.length === 0
    ? null
    : element('dl', { class: 'facts' }, ...known.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
}

/** @param {string} code */
function problemLink(code) {
  return element('a', { href: addressOf(`/problems/${code}`) }, code);
}

/** @param {string} name */
function key(name) {
  return element('kbd', {}, name);
}
