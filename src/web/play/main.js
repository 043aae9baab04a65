// @ts-check
/** The page where a newcomer lands: a person's screens, the messages they get, the machine that moves, and what is asked of it. */

import { createClient } from '../client/client.js';
import { addressOf, serviceUrl } from '../diagrams/address.js';
import { served } from '../diagrams/elements.js';
import { html, nothing, render } from '../vendor/lit-html.js';
import { Announcer } from './announcer.js';
import { failingIn } from './arranged.js';
import { clearCode, fillCode } from './code-field.js';
import { Connection } from './connection.js';
import { controls } from './controls.js';
import { Exchanges } from './exchanges.js';
import { inbox } from './inbox.js';
import { LinkWindows } from './link-windows.js';
import { notes } from './notes.js';
import { deadlinesOf } from './offers.js';
import { decoded } from './path.js';
import { Pictures } from './picture.js';
import { requests } from './requests.js';
import { Run } from './run.js';
import { Sandbox } from './sandbox.js';
import { asksFor } from './schema.js';
import { screen } from './screen.js';
import { timeline } from './timeline.js';
import { randomTag, valuesOf } from './values.js';
import { leftInWords } from './words.js';

/** @type {{ workflow: string, workflows: Record<string, import('./run.js').Workflow>, countries: [string, string][], clientKeys: boolean }} */
const settings = JSON.parse(served('main').dataset['settings'] ?? '{}');
const places = {
  notes: served('#notes'),
  person: served('#person'),
  devices: served('#devices'),
  machine: served('#machine-tools'),
  requests: served('#requests'),
  timeline: served('#timeline'),
};

/** Others may move the clock, and send messages: how often the page looks while somebody looks at it. */
const lookEveryMs = 5000;

/** What is shown, and how. */
const view = {
  /** @type {Record<string, string>} */
  values: {},
  whole: false,
  /** Whether the picture is that of the session itself while another one is waited for. */
  around: false,
  /** Makes addresses that nobody has an account with yet. */
  tag: randomTag(),
  /** What starts sessions, where that needs one. */
  clientKey: '',
  /** @type {import('./path.js').Path | 'broken' | null} the path that the address holds, until somebody goes it */
  offered: null,
};

const connection = new Connection({ changed: draw, recovered: () => void run.catchUp() });
const exchanges = new Exchanges(connection.fetch, draw);
const sandbox = new Sandbox((path, init) => exchanges.fetch(addressOf(path), init));
const { workflows } = settings;
const workflow = workflows[settings.workflow];
if (workflow === undefined) throw new Error('The page was served without its workflow');
const client = createClient(serviceUrl, { fetch: withKey });
const run = new Run(workflow, { client, workflows, sandbox, exchanges, changed: draw });
const pictures = new Pictures(served('#picture'), connection.fetch, draw);
const linkWindows = new LinkWindows(window, (session, value) => void confirmLink(session, value));
const announcer = new Announcer(served('#announcement'), places.person);

/** @type {typeof fetch} */
function withKey(input, init = {}) {
  const headers = new Headers(init.headers);
  if (view.clientKey !== '') headers.set('x-client-key', view.clientKey);
  return exchanges.fetch(input, { ...init, headers });
}

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
  render(notes({ run, isDown: connection.isDown, offered: view.offered, play }), places.notes);
  render(screen(screenParts()), places.person);
  render(html`${inbox(inboxParts())}${controls(controlParts())}`, places.devices);
  render(machineTools(shown), places.machine);
  render(requests(exchanges.list.slice(exchanges.stepBegan)), places.requests);
  render(timeline({ run, goTo: (path) => void goTo(path) }), places.timeline);
  void pictures.show(shown?.workflow ?? run.workflow, view.whole, shown?.session.current ?? null);
  tick();
  announcer.look(focus?.session.id ?? null);
}

function screenParts() {
  return {
    run,
    machineOf: (/** @type {string} */ name) => pictures.machineOf(workflows[name]),
    countries: settings.countries,
    clientKey: settings.clientKeys ? view.clientKey : null,
    useKey: (/** @type {string} */ key) => {
      view.clientKey = key;
    },
    valuesOf: (/** @type {import('./schema.js').Schema} */ schema, /** @type {boolean} */ isStart) => ({
      ...valuesOf(schema, { isStart, cast: run.cast, tag: view.tag }),
      ...view.values,
    }),
    choose: (/** @type {string} */ path, /** @type {string} */ value) => {
      view.values[path] = value;
      draw();
    },
    start: (/** @type {Record<string, unknown>} */ body) => done(run.do({ do: 'start', body })),
    send: (/** @type {number} */ depth, /** @type {string} */ type, /** @type {Record<string, unknown>} */ body) =>
      done(run.do({ do: 'send', depth, type, body }), 'code' in body),
    makeAccount: async (/** @type {boolean} */ phone, /** @type {boolean} */ trusted) => {
      await run.do({ do: 'account', phone });
      if (trusted) view.values['/deviceToken'] = run.cast.deviceToken ?? '';
      focusOnScreen();
    },
    goTo: (/** @type {string} */ address, /** @type {string} */ session) => linkWindows.open(address, session),
    again: async () => {
      await run.clear();
      view.values = {};
      view.tag = randomTag();
      focusOnScreen();
    },
  };
}

/**
 * Waits for the request under way, because the value arrives at any time.
 * @param {string} session
 * @param {string} value
 */
async function confirmLink(session, value) {
  await run.idle();
  const member = run.members.find((each) => each.session.id === session);
  if (member) await done(run.do({ do: 'send', depth: member.depth, type: 'confirm-link', body: { value } }));
}

/**
 * A code that was sent is not to be sent again; whoever uses the keyboard goes on where a new screen begins, unless they type already.
 * @param {Promise<void>} step
 * @param {boolean} [isCode] whether it sent what the code entry held
 */
async function done(step, isCode = false) {
  const before = { id: run.focus?.session.id, state: run.focus?.session.current.state };
  await step;
  drawNow();
  const { id, current } = run.focus?.session ?? {};
  if (id !== before.id || (isCode && run.refused?.isAnswer !== false)) clearCode(places.person);
  if (id !== before.id || current?.state !== before.state) focusOnScreen();
}

function focusOnScreen() {
  drawNow();
  if (document.activeElement instanceof HTMLInputElement && places.person.contains(document.activeElement)) return;
  const input = places.person.querySelector('form[data-event]:not(details form) input:not([type="hidden"])');
  const first = input ?? places.person.querySelector('[data-heading]');
  if (first instanceof HTMLElement) first.focus();
}

function controlParts() {
  const [deadline = null] = deadlinesOf(run.members);
  const latest = sandbox.messages.find(({ sessionId }) => sessionId === run.focus?.session.id);
  const depth = run.focus?.depth ?? 0;
  const isOver = latest === undefined || run.focus?.session.current.status === 'done';
  return {
    deadline,
    sandbox,
    busy: run.busy,
    failing: failingIn(run),
    advance: (/** @type {number} */ ms) => void run.turnClock(() => sandbox.advance(ms)),
    letRun: () => void run.turnClock(() => sandbox.letRun()),
    fail: (/** @type {string} */ channel, /** @type {boolean} */ isWanted) =>
      void run.do({ do: 'deliveries', channel, outcome: isWanted ? 'fail' : 'succeed' }),
    report: isOver ? null : () => void run.do({ do: 'report', depth, failure: 'undelivered' }),
  };
}

function inboxParts() {
  const ours = new Set(run.members.map(({ session }) => session.id));
  const { email, phone } = run.cast;
  const { focus } = run;
  const accepted = new Set((focus?.session.current.events ?? []).map((/** @type {{ type: string }} */ { type }) => type));
  const asks = Object.entries(focus?.workflow.events ?? {}).some(
    ([type, { body }]) => accepted.has(type) && asksFor(body, 'one-time-code'),
  );
  return {
    messages: sandbox.messages.filter(({ sessionId, to }) => ours.has(sessionId) || to === email || to === phone),
    wanted: asks && focus ? sandbox.codeOf(focus.session.id) : null,
    use: (/** @type {string} */ code) => fillCode(places.person, code),
  };
}

/** @param {import('./family.js').Member | null} shown */
function machineTools(shown) {
  const { root, focus } = run;
  const choose = (/** @type {'whole' | 'around'} */ what) => () => {
    view[what] = !view[what];
    draw();
  };
  const hasOverview = run.workflow.pictures.overview !== null || (shown?.workflow.pictures.overview ?? null) !== null;
  return html`<p class="state">${
    shown === null
      ? html`<span class="quiet">Not started</span>`
      : html`<strong><code>${shown.session.current.state}</code></strong> <span class="quiet">${shown.workflow.title}, revision ${shown.session.current.revision}, ${shown.session.current.reference}</span>`
  }</p>
  <p class="actions">
    ${root === focus ? nothing : html`<button type="button" aria-pressed=${view.around} @click=${choose('around')}>${root?.workflow.title}</button>`}
    ${hasOverview ? html`<button type="button" aria-pressed=${view.whole} @click=${choose('whole')}>Every state</button>` : nothing}
    <button type="button" aria-label="Zoom out" @click=${() => pictures.look('zoomOut')}>−</button>
    <button type="button" @click=${() => pictures.look('fit')}>Fit</button>
    <button type="button" aria-label="Zoom in" @click=${() => pictures.look('zoomIn')}>+</button>
  </p>`;
}

/** @param {import('./path.js').Path} path */
async function goTo(path) {
  view.values = {};
  await run.replay(path);
  focusOnScreen();
}

/** A link from somebody else is gone after a question: what it does may send messages, and moves everybody's clock. */
function readAddress() {
  const text = new URLSearchParams(location.hash.slice(1)).get('play');
  const path = text === null ? null : decoded(text);
  view.offered = text === null ? null : path?.workflow === settings.workflow ? path : 'broken';
  draw();
}

/** @param {import('./path.js').Path | null} path null to leave it */
function play(path) {
  view.offered = null;
  history.replaceState(null, '', location.pathname + location.search);
  if (path === null) draw();
  else void goTo(path);
}

/** Counts down, without telling everybody each second. */
function tick() {
  for (const time of document.querySelectorAll('time[data-until]')) {
    time.textContent = leftInWords(Date.parse(time.getAttribute('data-until') ?? '') - sandbox.now());
  }
  for (const time of document.querySelectorAll('time[data-clock]'))
    time.textContent = `${new Date(sandbox.now()).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function lookAgain() {
  if (!document.hidden && !run.busy && !connection.isDown) void run.look();
}

setInterval(tick, 500);
setInterval(lookAgain, lookEveryMs);
addEventListener('hashchange', readAddress);
document.addEventListener('visibilitychange', () => {
  run.follow(!document.hidden);
  if (!document.hidden) void run.catchUp();
});
readAddress();
drawNow();
await run.look();
