// @ts-check
/** Makes the designers' page interactive: selection, zoom, overlays, a live session. */
import { addressOf } from './address.js';
import { served } from './elements.js';
import { LiveSession } from './live.js';
import { Machine } from './machine.js';
import { markCoverage, SessionCounts } from './overlays.js';
import { Panel } from './panel.js';
import { Viewport } from './viewport.js';

const settings = JSON.parse(served('main').dataset['settings'] ?? '{}');
const stage = document.querySelector('#stage');
if (stage instanceof HTMLElement && settings.model !== null) await begin(stage, new Machine(await (await fetch(settings.model)).json()));

/**
 * @param {HTMLElement} place the element that holds the pictures
 * @param {Machine} machine
 */
async function begin(place, machine) {
  const pictures = [...place.querySelectorAll('svg.sd')].filter((svg) => svg instanceof SVGSVGElement);
  const views = pictures.map((svg) => new Viewport(svg));
  let view = views[0];
  const panel = new Panel(served('#panel'), machine, settings.events, {
    state: chooseState,
    transition: chooseTransition,
    nothing: chooseNothing,
  });

  /** @param {string} chosen `overview` or `whole` */
  function showPicture(chosen) {
    const shown = pictures.length > 1 && chosen === 'overview' ? 0 : pictures.length - 1;
    pictures.forEach((svg, index) => {
      svg.toggleAttribute('hidden', index !== shown);
      svg.classList.toggle('shown', index === shown);
    });
    view = views[shown];
    view?.begin();
  }

  /** @param {string} selector of the chosen shapes; empty for none */
  function mark(selector) {
    for (const shape of place.querySelectorAll('.chosen')) shape.classList.remove('chosen');
    if (selector === '') return;
    for (const shape of place.querySelectorAll(selector)) shape.classList.add('chosen');
    const shown = view?.svg.querySelector(selector);
    if (shown instanceof SVGGraphicsElement) view?.reveal(shown);
  }

  /** @param {string} path */
  function chooseState(path) {
    const state = machine.state(path);
    if (!state) return;
    mark(`[data-state="${CSS.escape(path)}"]`);
    panel.state(state);
  }

  /** @param {string} id */
  function chooseTransition(id) {
    const transition = machine.transition(id);
    if (!transition) return;
    mark(`[data-transition~="${CSS.escape(id)}"]`);
    panel.transition(transition);
  }

  function chooseNothing() {
    mark('');
    panel.legend();
  }

  /** @param {Element} target */
  function chooseAt(target) {
    const shape = target.closest('[data-transition], [data-state]');
    if (shape === null) return;
    const [id] = (shape.getAttribute('data-transition') ?? '').split(' ');
    if (id) chooseTransition(id);
    else chooseState(shape.getAttribute('data-state') ?? '');
  }

  for (const svg of pictures) {
    svg.setAttribute('role', 'group');
    for (const shape of svg.querySelectorAll('[data-state]')) {
      shape.setAttribute('tabindex', '0');
      shape.setAttribute('role', 'button');
      shape.setAttribute('aria-label', machine.titleOf(shape.getAttribute('data-state') ?? ''));
      shape.addEventListener('focus', () => shape instanceof SVGGraphicsElement && shape.matches(':focus-visible') && view?.reveal(shape));
    }
  }
  place.tabIndex = 0;
  place.setAttribute('role', 'region');
  place.setAttribute('aria-label', 'Diagram');
  place.addEventListener('click', ({ target }) => target instanceof Element && chooseAt(target));
  place.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') chooseNothing();
    else if ((event.key === 'Enter' || event.key === ' ') && event.target instanceof Element) chooseAt(event.target);
    else if (!view?.press(event.key)) return;
    event.preventDefault();
  });
  addEventListener('resize', () => view?.begin());

  served('.tools').hidden = false;
  const zooms = { in: () => view?.zoomIn(), out: () => view?.zoomOut(), fit: () => view?.fit() };
  for (const [name, zoom] of Object.entries(zooms)) served(`[data-zoom="${name}"]`).addEventListener('click', zoom);
  onChoice('picture', showPicture);
  onChoice('theme', setTheme);
  chooseNothing();
  showPicture('overview');
  await overlay(place, panel);
  follow(place, panel, machine);
}

/**
 * @param {HTMLElement} place
 * @param {Panel} panel
 */
async function overlay(place, panel) {
  const [counts, coverage] = ['counts', 'coverage'].map((name) => document.querySelector(`input[name="${name}"]`));
  if (counts instanceof HTMLInputElement) {
    const sessions = new SessionCounts(place, addressOf(`/diagrams/${settings.name}/sessions.json`));
    counts.addEventListener('change', () => sessions.show(counts.checked));
    sessions.show(counts.checked);
  }
  if (!(coverage instanceof HTMLInputElement)) return;
  const answer = await fetch(addressOf(`/diagrams/${settings.name}/coverage.json`));
  if (!answer.ok) return;
  panel.coverage = await answer.json();
  if (panel.coverage !== null) markCoverage(place, panel.coverage);
  const show = () => place.classList.toggle('show-coverage', coverage.checked);
  coverage.addEventListener('change', show);
  show();
}

/**
 * @param {HTMLElement} place
 * @param {Panel} panel
 * @param {Machine} machine
 */
function follow(place, panel, machine) {
  const id = new URLSearchParams(location.search).get('session');
  if (id === null) return;
  const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
  void new LiveSession({ stage: place, place: panel.live, settings, machine, id, token }).follow();
}

/**
 * @param {string} name of the radio buttons
 * @param {(value: string) => void} choose
 */
function onChoice(name, choose) {
  for (const input of document.querySelectorAll(`input[name="${name}"]`)) {
    if (!(input instanceof HTMLInputElement)) continue;
    input.addEventListener('change', () => choose(input.value));
    if (name === 'theme') input.checked = input.value === (localStorage.getItem('theme') ?? 'auto');
  }
}

/** @param {string} theme `auto`, `light` or `dark` */
function setTheme(theme) {
  localStorage.setItem('theme', theme);
  for (const name of ['light', 'dark']) document.documentElement.classList.toggle(`theme-${name}`, theme === name);
}
