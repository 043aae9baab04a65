/** The properties of a picture that pages need: each element is there once, is found by its attributes, and has its colours in two ways. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { layOut } from '../../src/diagrams/layout.ts';
import { readMachine } from '../../src/diagrams/machine-reader.ts';
import { isIgnored, type MachineModel } from '../../src/diagrams/model.ts';
import { overviewScene, type Scene, wholeScene } from '../../src/diagrams/scene.ts';
import { drawSvg } from '../../src/diagrams/svg.ts';
import { workflows } from '../support/workflows.ts';
import { besideMachine, doorMachine, forkingMachine, houseMachine, nestedMachine, workflowOf } from './invented-machines.ts';

const invented = [doorMachine(), houseMachine, forkingMachine, nestedMachine, besideMachine].map((machine) => workflowOf(machine));
const models = [...workflows.latest(), ...invented].map(readMachine);

const drawn = new Map<string, Promise<string>>();

/** The service's workflows have committed pictures, and `npm run check` draws these again. All others are drawn once for all tests. */
function picture(scene: Scene): Promise<string> {
  const file = join(import.meta.dirname, '../../diagrams', `${scene.prefix.replace('-overview', '.overview')}.svg`);
  const known = drawn.get(scene.prefix) ?? (existsSync(file) ? readFile(file, 'utf8') : layOut(scene).then(drawSvg));
  drawn.set(scene.prefix, known);
  return known;
}

/** The values of an attribute, in document order. */
function values(svg: string, attribute: string): string[] {
  return [...svg.matchAll(new RegExp(` ${attribute}="([^"]*)"`, 'g'))].map(([, value]) => value ?? '');
}

/** The names of elements that are opened and not closed, or closed and not opened. */
function unbalanced(svg: string): string[] {
  const open: string[] = [];
  for (const [, closing, name = '', alone] of svg.matchAll(/<(\/?)([\w]+)(?:[^<>"]|"[^"]*")*?(\/?)>/g)) {
    if (alone) continue;
    if (!closing) open.push(name);
    else if (open.pop() !== name) return [name];
  }
  return open;
}

describe.each(models.map((model): [string, MachineModel] => [model.name, model]))('%s', (_, model) => {
  test('shows every state and every transition exactly once', async () => {
    const svg = await picture(wholeScene(model));
    expect(values(svg, 'data-state').sort()).toEqual(model.states.map(({ path }) => path).sort());
    expect(values(svg, 'data-count').sort()).toEqual(model.states.map(({ path }) => path).sort());
    expect(values(svg, 'data-transition').sort()).toEqual(model.transitions.map(({ id }) => id).sort());
    for (const { title } of model.states) expect(svg).toContain(`>${title}<`);
  });

  test('uses ids of its own, so that both pictures can stand in one page', async () => {
    const svgs = await Promise.all([wholeScene(model), overviewScene(model)].flatMap((scene) => (scene ? [picture(scene)] : [])));
    const ids = svgs.flatMap((svg) => values(svg, 'id'));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !id.startsWith(model.name))).toEqual([]);
    for (const svg of svgs) expect(unbalanced(svg)).toEqual([]);
  });

  test('in its overview, if there is something to fold, shows each outermost state, and no transition twice', async () => {
    const overview = overviewScene(model);
    expect(overview !== null).toBe(model.states.some(({ parent }) => parent !== ''));
    if (!overview) return;
    const svg = await picture(overview);
    const outermost = model.states.filter(({ parent }) => parent === '').map(({ path }) => path);
    expect(values(svg, 'data-count')).toEqual(outermost);
    const shown = values(svg, 'data-transition').flatMap((ids) => ids.split(' '));
    expect(new Set(shown).size).toBe(shown.length);
    const boxOf = (path: string): string => path.split('.')[0] ?? path;
    const isFolded = (box: string) => box !== '' && model.states.some(({ parent }) => parent === box);
    const isTakenIn = (box: string, type: string) =>
      model.transitions.some((other) => other.kind !== 'refusal' && boxOf(other.source) === box && other.type === type);
    const refusals = model.transitions.filter(({ kind, target }) => kind === 'refusal' && target === null);
    for (const { id, source, type } of refusals)
      expect([id, shown.includes(id)]).toEqual([id, !(isFolded(boxOf(source)) && isTakenIn(boxOf(source), type))]);
    const leading = model.transitions.filter(({ source, target }) => target !== null && boxOf(source) !== boxOf(target));
    expect(shown).toEqual(expect.arrayContaining(leading.map(({ id }) => id)));
    expect(model.transitions.filter(isIgnored).filter(({ id }) => shown.includes(id))).toEqual([]);
  });
});

test.each(invented.map(readMachine).map((model): [string, MachineModel] => [model.name, model]))(
  '%s is drawn in the same bytes every time',
  async (_, model) => {
    expect(drawSvg(await layOut(wholeScene(model)))).toBe(await picture(wholeScene(model)));
  },
);

describe('a transition', () => {
  const [door] = models.filter(({ name }) => name === 'door');
  if (!door) throw new Error('No door');

  /** The start tag that carries a transition. */
  const tagOf = (svg: string, id: string): string => new RegExp(`<g [^>]*data-transition="${id}"[^>]*>`).exec(svg)?.[0] ?? '';

  test('shows its cause and its target', async () => {
    const svg = await picture(wholeScene(door));
    const knock = tagOf(svg, 'closed:knock:0');
    expect(knock).toContain(' data-event="knock" data-kind="event" data-source="closed" data-target="opening"');
    expect(tagOf(svg, 'any:after-night:0')).toContain(' data-kind="timeout" data-source="" data-target="locked"');
    expect(tagOf(svg, 'closed:ring:0')).toContain(' data-event="ring" data-kind="refusal" data-source="closed" class=');
  });

  test('that is refused shares its pill with equal ones, and shows the refusal', async () => {
    const pills =
      wholeScene(door)
        .boxes.find(({ node }) => node === 'closed')
        ?.content.pills.map(({ pill }) => pill) ?? [];
    expect(pills.map(({ heads }) => heads.map(({ text }) => text))).toEqual([['KNOCK'], ['RING', 'SHOUT']]);
    const lines = pills.map(({ lines: all }) => all.map(({ runs }) => runs.map(({ text }) => text).join('')));
    expect(lines).toEqual([['else', 'nobody-home until 90 s'], ['no-bell']]);
  });

  test('that several folded states share is one line of the overview, and several of the whole', () => {
    const leaves = { LEAVE: { target: '#out' } };
    const inner = { initial: 'one', states: { one: { on: { ...leaves, NEXT: 'two' } }, two: { on: leaves } } };
    const again = {
      on: {
        BACK: [
          { guard: 'isOpen', target: 'inner' },
          { guard: 'isOpen', target: 'inner' },
        ],
      },
    };
    const machine = createMachine({ id: 'm', initial: 'inner', states: { inner, out: { id: 'out', ...again } } });
    const model = readMachine(workflowOf(machine));
    const linesOf = (scene: Scene | null) => scene?.edges.map(({ transitions }) => transitions.map(({ id }) => id).join(' '));
    const back = ['out:back:0', 'out:back:1'];
    expect(linesOf(overviewScene(model))).toEqual(['inner.one:leave:0 inner.two:leave:0', ...back]);
    expect(linesOf(wholeScene(model))).toEqual(['inner.one:leave:0', 'inner.one:next:0', 'inner.two:leave:0', ...back]);
  });

  test('of a timeout is dashed, with and without a stylesheet', async () => {
    const svg = await picture(wholeScene(door));
    const timeouts = door.transitions.filter(({ kind }) => kind === 'timeout');
    expect(values(svg, 'stroke-dasharray').filter((dash) => dash === '5 4')).toHaveLength(timeouts.length);
  });

  test('keeps its colour without support for style sheets', async () => {
    const [, bare = ''] = /<\/style>([\s\S]*)$/.exec(await picture(wholeScene(door))) ?? [];
    expect(bare).not.toContain('var(');
    for (const [tag] of bare.matchAll(/<(rect|path|circle|polygon|text)\b[^>]*>/g)) expect(tag).toMatch(/ (fill|stroke)="|<text /);
  });
});

describe('a transition with several targets', () => {
  const forking = readMachine(workflowOf(forkingMachine));

  /** All elements of a transition, which a page marks together. */
  const groupOf = (svg: string, id: string): string =>
    new RegExp(`<g [^>]*data-transition="${id}"[^>]*>[\\s\\S]*?</g>`).exec(svg)?.[0] ?? '';

  test('is one label, one bar and a branch to each target', async () => {
    const group = groupOf(await picture(wholeScene(forking)), 'idle:start:0');
    expect(group).toContain(' data-target="work.pay.paid work.parcel.sent work.note.two"');
    expect(group).toContain('START if isHome → Paid + Sent + Two');
    const count = (sign: string) => group.split(sign).length - 1;
    expect([count('sd-heading'), count('sd-fork'), count('sd-wire'), count('<polygon')]).toEqual([1, 1, 4, 3]);
  });

  test('forks in the innermost state around its targets, and around its source unless they lie within that', () => {
    const forks = wholeScene(forking).edges.flatMap(({ fork, transitions }) => (fork ? [[transitions[0]?.id, fork.parent]] : []));
    expect(forks).toEqual([
      ['any:reset:0', null],
      ['idle:start:0', null],
      ['asking:after-answerTimeout:0', null],
      ['asking:always:0', null],
      ['work:hurry:0', 'work'],
      ['work:done:0', null],
      ['work.pay.due:both:0', 'work'],
      ['after:back:0', null],
    ]);
  });

  test('into one folded state is a plain line of the overview, and forks where it leads to two', () => {
    const forksOf = (scene: Scene | null) => scene?.edges.filter(({ fork }) => fork).map(({ targets }) => targets);
    expect(forksOf(overviewScene(forking))).toEqual([]);
    expect(forksOf(overviewScene(readMachine(workflowOf(besideMachine))))).toEqual([['left', 'right']]);
  });
});

test('a history state shows its kind, and its default target', async () => {
  const svg = await picture(wholeScene(readMachine(workflowOf(nestedMachine))));
  const texts = [...svg.matchAll(/>history<\/tspan> ([^<]*)</g)].map(([, text]) => text);
  expect(texts).toEqual(['shallow', 'deep; at first Inner', 'deep; at first Inner']);
});

test('names with characters of XML are written as text', async () => {
  const model = readMachine(workflowOf(doorMachine({ description: 'Knock & "wait" <there>' })));
  const svg = drawSvg(await layOut(wholeScene(model)));
  expect(svg).toContain('<title>Knock &amp; &quot;wait&quot; &lt;there&gt;\nScreen: porch</title>');
});
