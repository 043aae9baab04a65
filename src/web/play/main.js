// @ts-check
/** The page where a newcomer lands: a person's screens, the messages they get, the machine that moves, and what is asked of it. */

import { createClient } from '/assets/client/client.js';
import { html, nothing, render } from '/assets/vendor/lit-html.js';
import { served } from '../diagrams/elements.js';
import { fillCode } from './code-field.js';
import { controls } from './controls.js';
import { Exchanges } from './exchanges.js';
import { inbox } from './inbox.js';
import { deadlinesOf } from './offers.js';
import { decoded } from './path.js';
import { Pictures } from './picture.js';
import { requests } from './requests.js';
import { Run } from './run.js';
import { Sandbox } from './sandbox.js';
import { screen } from './screen.js';
import { pathInWords, timeline } from './timeline.js';
import { randomTag, valuesOf } from './values.js';
import { leftInWords } from './words.js';

/** @type {{ workflow: string, workflows: Record<string, import('./run.js').Workflow>, countries: [string, string][], needsClientKey: boolean }} */
const settings = JSON.parse(served('main').dataset['settings'] ?? '{}');
const places = {
  person: served('#person'),
  devices: served('#devices'),
  machine: served('#machine-tools'),
  requests: served('#requests'),
  timeline: served('#timeline'),
};
const announcement = served('#announcement');

const exchanges = new Exchanges(draw);
const sandbox = new Sandbox(exchanges.fetch);
const client = createClient(location.origin, { fetch: exchanges.fetch });
const { workflows } = settings;
const workflow = workflows[settings.workflow];
if (workflow === undefined) throw new Error('The page was served without its workflow');
const run = new Run(workflow, { client, workflows, sandbox, exchanges, changed: draw });
const pictures = new Pictures(served('#picture'), draw);

/** What is shown, and how. */
const view = {
  /** @type {Record<string, string>} */
  values: {},
  whole: false,
  /** Whether the picture is that of the session itself while another one is waited for. */
  around: false,
  /** @type {string | null} */
  arranged: null,
  /** The path that the address holds, until somebody goes it. */
  offered: decoded(new URLSearchParams(location.hash.slice(1)).get('play') ?? ''),
  /** Makes addresses that nobody has an account with yet. */
  tag: randomTag(),
  /** The state that was told last. */
  told: '',
};

let waiting = false;

/** Draws everything anew, once for all that changed together. */
function draw() {
  if (waiting) return;
  waiting = true;
  queueMicrotask(() => {
    waiting = false;
    drawNow();
  });
}

function drawNow() {
  const { focus, root } = run;
  const shown = (view.around ? root : focus) ?? null;
  const shownWorkflow = shown?.workflow ?? run.workflow;
  render(html`${offer()}${screen(screenParts())}`, places.person);
  render(html`${controls(controlParts())}${inbox(inboxParts())}`, places.devices);
  render(machineTools(shown), places.machine);
  render(requests(exchanges.list.slice(exchanges.stepBegan)), places.requests);
  render(timeline({ run, goTo: (path) => void goTo(path) }), places.timeline);
  void pictures.show(shownWorkflow, view.whole, shown?.session.current ?? null);
  tick();
  tell();
}

/** A link from somebody else is gone after a question: what it does may send messages. */
function offer() {
  const path = view.offered;
  if (path === null || path.workflow !== run.workflow.name) return nothing;
  const play = () => {
    view.offered = null;
    history.replaceState(null, '', location.pathname + location.search);
    void goTo(path);
  };
  return html`<div class="note"><p>The link that you followed plays a path: ${pathInWords(path)}.</p>
    <p><button type="button" class="primary" @click=${play}>Play it</button></p></div>`;
}

function screenParts() {
  return {
    run,
    machineOf: (/** @type {string} */ name) => pictures.machineOf(workflows[name]),
    countries: settings.countries,
    valuesOf: (/** @type {import('./schema.js').Schema} */ schema, /** @type {boolean} */ isStart) => ({
      ...valuesOf(schema, { isStart, cast: run.cast, tag: view.tag }),
      ...view.values,
    }),
    choose: (/** @type {string} */ path, /** @type {string} */ value) => {
      view.values[path] = value;
      draw();
    },
    start: async (/** @type {Record<string, unknown>} */ body) => {
      await run.do({ do: 'start', body });
      focusOnScreen();
    },
    send: async (/** @type {number} */ depth, /** @type {string} */ type, /** @type {Record<string, unknown>} */ body) => {
      const before = `${run.focus?.session.id} ${run.focus?.session.current.state}`;
      await run.do({ do: 'send', depth, type, body });
      for (const form of places.person.querySelectorAll('form[data-event]')) if (form instanceof HTMLFormElement) fillCode(form, '');
      if (before !== `${run.focus?.session.id} ${run.focus?.session.current.state}`) focusOnScreen();
    },
    makeAccount: async (/** @type {boolean} */ phone, /** @type {boolean} */ trusted) => {
      await run.do({ do: 'account', phone });
      if (trusted) view.values['/deviceToken'] = run.cast.deviceToken ?? '';
      draw();
    },
    again: () => {
      run.clear();
      view.values = {};
      view.tag = randomTag();
      exchanges.beginStep();
      draw();
    },
  };
}

/** Whoever uses the keyboard goes on where the new screen begins. */
function focusOnScreen() {
  drawNow();
  const input = places.person.querySelector('form[data-event]:not(details form) input:not([type="hidden"])');
  const first = input ?? places.person.querySelector('[data-heading]');
  if (first instanceof HTMLElement) first.focus();
}

function controlParts() {
  const [deadline = null] = deadlinesOf(run.members);
  const latest = sandbox.messages.find(({ sessionId }) => sessionId === run.focus?.session.id);
  const depth = run.focus?.depth ?? 0;
  return {
    deadline: deadline ?? null,
    now: () => sandbox.now(),
    busy: run.busy,
    arranged: view.arranged,
    advance: async (/** @type {number} */ ms) => {
      exchanges.beginStep();
      await sandbox.advance(ms);
      await run.look();
      draw();
    },
    fail: async (/** @type {string} */ channel) => {
      await run.do({ do: 'deliveries', channel, outcome: 'fail' });
      view.arranged = `The next delivery by ${channel} will fail.`;
      draw();
    },
    report:
      latest === undefined || run.focus?.session.current.status === 'done'
        ? null
        : () => void run.do({ do: 'report', depth, failure: 'undelivered' }),
  };
}

function inboxParts() {
  const ours = new Set([...run.members.map(({ session }) => session.id)]);
  const { email, phone } = run.cast;
  return {
    messages: sandbox.messages.filter(({ sessionId, to }) => ours.has(sessionId) || to === email || to === phone),
    codeFor: run.focus?.session.current.status === 'active' ? run.focus.session.id : null,
    use: (/** @type {string} */ code) => fillCode(places.person, code),
  };
}

/** @param {import('./run.js').Member | null} shown */
function machineTools(shown) {
  const { root, focus } = run;
  const choose = (/** @type {'whole' | 'around'} */ what) => () => {
    view[what] = !view[what];
    draw();
  };
  return html`<p class="state">${
    shown === null
      ? html`<span class="quiet">Not started</span>`
      : html`<strong><code>${shown.session.current.state}</code></strong> <span class="quiet">${shown.workflow.title}, revision ${shown.session.current.revision}, ${shown.session.current.reference}</span>`
  }</p>
  <p class="actions">
    ${root !== focus ? html`<button type="button" aria-pressed=${view.around} @click=${choose('around')}>${root?.workflow.title}</button>` : nothing}
    ${run.workflow.pictures.overview === null && shown?.workflow.pictures.overview === null ? nothing : html`<button type="button" aria-pressed=${view.whole} @click=${choose('whole')}>Everything</button>`}
    <button type="button" aria-label="Zoom out" @click=${() => pictures.look('zoomOut')}>−</button>
    <button type="button" @click=${() => pictures.look('fit')}>Fit</button>
    <button type="button" aria-label="Zoom in" @click=${() => pictures.look('zoomIn')}>+</button>
  </p>`;
}

/** @param {import('./path.js').Path} path */
async function goTo(path) {
  view.arranged = null;
  await run.replay(path);
  focusOnScreen();
}

/** Counts down, without telling everybody each second. */
function tick() {
  for (const time of document.querySelectorAll('time[data-until]')) {
    time.textContent = leftInWords(Date.parse(time.getAttribute('data-until') ?? '') - sandbox.now());
  }
  for (const time of document.querySelectorAll('time[data-clock]'))
    time.textContent = new Date(sandbox.now()).toISOString().slice(0, 19).replace('T', ' ');
}

/** Says what is new on the screen to whoever hears it: what is asked, and what can be done, not how the seconds pass. */
function tell() {
  const heading = places.person.querySelector('[data-heading]')?.textContent ?? '';
  if (run.focus === null || heading === '') return;
  const buttons = [...places.person.querySelectorAll('.actions button')].map(({ textContent }) =>
    textContent?.replaceAll(/\s+/g, ' ').trim(),
  );
  const text = [heading, ...buttons].join('. ');
  const news = `${run.focus.session.id} ${run.focus.session.current.state} ${text.replaceAll(/\d/g, '')}`;
  if (view.told === news) return;
  view.told = news;
  announcement.textContent = text;
}

setInterval(tick, 500);
await sandbox.look();
drawNow();
