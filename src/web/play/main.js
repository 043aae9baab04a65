// @ts-check
/** The start page: plays a workflow beside its inbox, its machine, its timeline and its requests. */

import { createClient } from '../client/client.js';
import { addressOf, serviceUrl } from '../diagrams/address.js';
import { served } from '../diagrams/elements.js';
import { html, nothing, render } from '../vendor/lit-html.js';
import { Announcer } from './announcer.js';
import { failingIn } from './arranged-failures.js';
import { clearCode, fillCode } from './code-field.js';
import { Connection } from './connection.js';
import { controls } from './controls.js';
import { Exchanges } from './exchanges.js';
import { inbox } from './inbox.js';
import { LinkWindows } from './link-windows.js';
import { notes } from './notes.js';
import { deadlinesOf } from './offers.js';
import { answerOf } from './passkey-ceremony.js';
import { decoded } from './path.js';
import { Pictures } from './picture.js';
import { Run } from './recorded-run.js';
import { requests } from './requests.js';
import { Sandbox } from './sandbox.js';
import { asksForSentCode } from './schema.js';
import { screen } from './screen.js';
import { timeline } from './timeline.js';
import { randomTag, valuesOf } from './values.js';
import { leftInWords } from './words.js';

/** @type {{ workflow: string, workflows: Record<string, import('./recorded-run.js').Workflow>, countries: [string, string][], clientKeys: boolean }} */
const settings = JSON.parse(served('main').dataset['settings'] ?? '{}');
const places = {
  notes: served('#notes'),
  person: served('#person'),
  devices: served('#devices'),
  machine: served('#machine-tools'),
  requests: served('#requests'),
  timeline: served('#timeline'),
};

/** How often a visible page reads the clock and the inbox. Other pages of the sandbox can change both. */
const lookEveryMs = 5000;

/** The state of the page's own controls. */
const view = {
  /** @type {Record<string, string>} */
  values: {},
  whole: false,
  /** True if the picture shows the parent session while a child session is pending. */
  around: false,
  /** Makes addresses unique, so that no account has them yet. */
  tag: randomTag(),
  /** The client key that starts sessions, if the service requires one. */
  clientKey: '',
  /** @type {import('./path.js').Path | 'broken' | null} the path in the URL, until the person plays or dismisses it */
  offered: null,
};

const connection = new Connection({ changed: draw, recovered: () => void run.catchUp() });
const exchanges = new Exchanges(connection.fetch, draw);
const sandbox = new Sandbox((path, init) => exchanges.fetch(addressOf(path), init));
const { workflows } = settings;
const workflow = workflows[settings.workflow];
if (workflow === undefined) throw new Error('The page was served without its workflow');
const client = createClient(serviceUrl, { fetch: withKey });
/** @param {any} options */
const makePasskey = (options) => answerOf(true, options);
const run = new Run(workflow, { client, workflows, sandbox, makePasskey, exchanges, changed: draw });
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

/** Schedules one redraw for all changes of the current task. */
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
  render(screen(screenProps()), places.person);
  render(html`${inbox(inboxProps())}${controls(controlProps())}`, places.devices);
  render(machineTools(shown), places.machine);
  render(requests(exchanges.list.slice(exchanges.stepBegan)), places.requests);
  render(timeline({ run, goTo: (path) => void goTo(path) }), places.timeline);
  void pictures.show(shown?.workflow ?? run.workflow, view.whole, shown?.session.current ?? null);
  tick();
  announcer.look(focus?.session.id ?? null);
}

function screenProps() {
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
    send: (
      /** @type {number} */ depth,
      /** @type {string} */ type,
      /** @type {Record<string, unknown>} */ body,
      /** @type {string} */ sender,
    ) => done(run.do({ do: 'send', depth, type, body, ...(sender === 'holder' ? {} : { as: sender }) }), 'code' in body),
    answer: (/** @type {number} */ depth, /** @type {string} */ task, /** @type {string | null} */ outcome) =>
      done(run.do({ do: 'answer', depth, task, outcome })),
    makeAccount: async (/** @type {boolean} */ phone, /** @type {boolean} */ trusted) => {
      await run.do({ do: 'account', phone, ...(run.needsPasskey ? { passkey: true } : {}) });
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
 * Confirms a link. The value can arrive at any time, so this waits for the request under way.
 * @param {string} session
 * @param {string} value
 */
async function confirmLink(session, value) {
  await run.idle();
  const member = run.members.find((each) => each.session.id === session);
  if (member) await done(run.do({ do: 'send', depth: member.depth, type: 'confirm-link', body: { value } }));
}

/**
 * Finishes a step on the page. Clears a code that was sent. After a change of screen, moves the keyboard focus to the new one, unless
 * the person is typing.
 * @param {Promise<void>} step
 * @param {boolean} [isCode] true if the step sent the code from the code field
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

function controlProps() {
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

function inboxProps() {
  const ours = new Set(run.members.map(({ session }) => session.id));
  const { email, phone } = run.cast;
  const { focus } = run;
  const accepted = new Set((focus?.session.current.events ?? []).map((/** @type {{ type: string }} */ { type }) => type));
  const asks = Object.entries(focus?.workflow.events ?? {}).some(([type, { body }]) => accepted.has(type) && asksForSentCode(body));
  return {
    messages: sandbox.messages.filter(({ sessionId, to }) => ours.has(sessionId) || to === email || to === phone),
    wanted: asks && focus ? sandbox.codeOf(focus.session.id) : null,
    use: (/** @type {string} */ code) => fillCode(places.person, code),
  };
}

/** @param {import('./played-sessions.js').Member | null} shown */
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

/** Reads a path from the URL. The page asks before it plays one, because a replay sends messages and moves the shared clock. */
function readAddress() {
  const text = new URLSearchParams(location.hash.slice(1)).get('play');
  const path = text === null ? null : decoded(text);
  view.offered = text === null ? null : path?.workflow === settings.workflow ? path : 'broken';
  draw();
}

/** @param {import('./path.js').Path | null} path null to dismiss the offered path */
function play(path) {
  view.offered = null;
  history.replaceState(null, '', location.pathname + location.search);
  if (path === null) draw();
  else void goTo(path);
}

/** Updates the countdowns in place. A redraw would make screen readers announce each second. */
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
// With keys of its own, the service asks for one at the start. Without, the sandbox has the key of a client.
if (!settings.clientKeys && Object.values(workflow.events).some(({ senders }) => senders.includes('client')))
  view.clientKey = await sandbox.clientKey().catch(() => '');
await run.look();
