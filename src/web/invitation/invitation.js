// @ts-check
/**
 * The page of an invited party. Reads the session with the token in the fragment of the address, shows what this party may see, and offers
 * the events that it may send now. Only a pressed button changes anything.
 */
import { bodyIn, formOf, inWords } from './form.js';

/**
 * @typedef {Record<string, string>} Texts by language, English among them
 * @typedef {{ title?: Texts | null, help?: Texts | null }} StateText
 * @typedef {{ sessions: string, states: Record<string, StateText>, deadlines: string[], data: Record<string, { title?: string }>,
 *   events: Record<string, { title: string, description: string, body: import('./form.js').Schema }> }} Settings
 * @typedef {{ status: string, state: string, outcome: string | null, data: Record<string, unknown>, events: { type: string }[],
 *   [member: string]: unknown }} Session
 */

const main = /** @type {HTMLElement} */ (document.querySelector('main'));
/** @type {Settings} */
const settings = JSON.parse(main.dataset['settings'] ?? '{}');
const id = location.pathname.split('/').at(-1) ?? '';
// A mail program that breaks a long line puts white space and soft hyphens into an address.
const token = decodeURIComponent(location.hash.slice(1)).replaceAll(/[\s\p{Default_Ignorable_Code_Point}]/gu, '');

/** @param {string} name */
function part(name) {
  return /** @type {HTMLElement} */ (document.querySelector(`#${name}`));
}

/**
 * @param {string} path below the session's path
 * @param {object} [body] of an event; without it, the session is read
 * @returns {Promise<{ ok: boolean, status: number, answer: any }>} status 0 if the service can't be reached
 */
async function ask(path, body) {
  const headers = { authorization: `Bearer ${token}` };
  const sent = body && {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify(body),
  };
  try {
    const response = await fetch(`${settings.sessions}/${id}${path}`, sent ?? { headers });
    return { ok: response.ok, status: response.status, answer: await response.json() };
  } catch {
    return { ok: false, status: 0, answer: null };
  }
}

/** @param {string} text */
function say(text) {
  part('status').textContent = text;
}

function showEnded() {
  part('title').textContent = 'This link is no longer valid';
  part('help').textContent =
    'A later message replaced the link, or the request is over. If you expected it, ask the person who invited you.';
  say('');
  part('data').replaceChildren();
  part('events').replaceChildren();
}

/**
 * The text in the first of the browser's languages that it has, or in English.
 * @param {Texts} texts
 */
function inReadersLanguage(texts) {
  const wanted = navigator.languages.flatMap((tag) => [tag, tag.split('-')[0] ?? tag]);
  return texts[wanted.find((tag) => Object.hasOwn(texts, tag)) ?? 'en'] ?? '';
}

/** @param {Session} session */
function show(session) {
  const { title, help } = settings.states[session.state] ?? {};
  if (title) part('title').textContent = inReadersLanguage(title);
  if (help) part('help').textContent = inReadersLanguage(help);
  const pending = settings.deadlines.flatMap((name) => (session[name] ? [[name, session[name]]] : []));
  const rows = [...Object.entries(session.data), ...(session.status === 'active' ? pending : [])];
  part('data').replaceChildren(...rows.flatMap(([name, value]) => row(String(name), value)));
  const offered = session.events.filter(({ type }) => settings.events[type] !== undefined);
  part('events').replaceChildren(...offered.map(({ type }, index) => eventForm(type, index)));
  if (session.status !== 'active') say(`This is over: ${inWords(session.outcome ?? session.state).toLowerCase()}.`);
  else if (offered.length === 0) say('There is nothing for you to do now.');
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function row(name, value) {
  if (value === null || value === undefined || typeof value === 'object' || value === '') return [];
  const [term, text] = [document.createElement('dt'), document.createElement('dd')];
  term.textContent = settings.data[name]?.title ?? inWords(name);
  text.textContent = typeof value === 'boolean' ? (value ? 'Yes' : 'No') : shown(String(value));
  text.dir = 'auto';
  return [term, text];
}

/** A time as people write it; any other text as it is. @param {string} text */
function shown(text) {
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) ? new Date(text).toLocaleString() : text;
}

/**
 * @param {string} type
 * @param {number} index
 */
function eventForm(type, index) {
  const { title, description, body } = /** @type {Settings['events'][string]} */ (settings.events[type]);
  const form = formOf(body, { title, description, isFirst: index === 0, prefix: type });
  form.addEventListener('submit', (submitted) => {
    submitted.preventDefault();
    void send(type, bodyIn(body, new FormData(form)));
  });
  return form;
}

/**
 * @param {string} type
 * @param {object} body
 */
async function send(type, body) {
  const buttons = [...document.querySelectorAll('button')];
  for (const button of buttons) button.disabled = true;
  say('Sending…');
  const { ok, status, answer } = await ask(`/${type}`, body);
  for (const button of buttons) button.disabled = false;
  if (ok) {
    say('Done.');
    show(answer);
    part('title').focus();
    return;
  }
  if (status === 401 || status === 404) return showEnded();
  const fields = (answer?.errors ?? []).map(
    (/** @type {{ path: string, message: string }} */ { path, message }) => `${path.slice(1)}: ${message}`,
  );
  const text =
    status === 0 ? 'The service cannot be reached. Try again.' : [answer?.detail ?? 'This is not possible now.', ...fields].join(' ');
  if (answer?.session) show(answer.session);
  say(text);
}

async function read() {
  if (token === '') return showEnded();
  const { ok, status, answer } = await ask('');
  if (ok) return show(answer);
  if (status === 401 || status === 404) return showEnded();
  say('The service cannot be reached. Load the page again.');
}

await read();
addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void read();
});
