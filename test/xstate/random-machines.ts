/** Random machines: nested, parallel, with history, timers, raised events, guards and invocations. The same seed gives the same machine. */
import { type AnyStateMachine, assign, cancel, raise, stateIn } from 'xstate';
import { task } from '../../machines/workflow.ts';
import { machineOf } from './refused-features.ts';

export const eventTypes = ['E0', 'E1', 'E2', 'E3'];

interface Args {
  readonly context: { readonly n: number; readonly log: readonly string[] };
}

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Draft {
  readonly #random: () => number;
  readonly #ids: string[] = [];
  #delays = 0;

  constructor(seed: number) {
    this.#random = randomOf(seed);
  }

  machine(): object {
    const root = this.#state('m', 3, this.#chance(0.3) ? 'parallel' : 'compound');
    return this.#connected({ ...root, id: 'm', context: { n: 0, log: [] }, options: { maxIterations: 200 } }, 'm');
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#below(from.length)] as T;
  }

  /** Only the tree: transitions need to know all states. */
  #state(id: string, depth: number, type: string): Record<string, unknown> {
    const names = Array.from({ length: 2 + this.#below(2) }, (_, index) => `${'cab'[index]}${'x'.repeat(this.#below(3))}`);
    const states = names.map((name) => {
      const below = `${id}.${name}`;
      this.#ids.push(below);
      const kind = this.#random();
      if (depth === 0 || kind < 0.55) return [name, this.#chance(0.08) && type === 'compound' ? { type: 'final' } : {}] as const;
      return [name, this.#state(below, depth - 1, kind < 0.75 ? 'parallel' : 'compound')] as const;
    });
    const history = this.#chance(0.5) ? [['hist', { type: 'history', history: this.#pick(['shallow', 'deep']) }] as const] : [];
    if (history.length > 0) this.#ids.push(`${id}.hist`);
    const parts = { states: Object.fromEntries([...states, ...history]) };
    return type === 'parallel' ? { ...parts, type } : { ...parts, initial: names[0] };
  }

  #connected(state: Record<string, unknown>, id: string): Record<string, unknown> {
    if (state['type'] === 'history') return state;
    const states = Object.entries((state['states'] ?? {}) as Record<string, Record<string, unknown>>);
    const below = states.map(([name, child]) => [name, this.#connected(child, `${id}.${name}`)] as const);
    const inner = below.length > 0 ? { states: Object.fromEntries(below) } : {};
    const parts = { ...state, ...inner, entry: this.#actions(`+${id}`), exit: this.#actions(`-${id}`) };
    if (state['type'] === 'final') return parts;
    return { ...parts, ...this.#transitions(id) };
  }

  #transitions(id: string): object {
    const on = Object.fromEntries(eventTypes.filter(() => this.#chance(0.5)).map((type) => [type, this.#choices(id)]));
    const wild = this.#chance(0.1) ? { '*': this.#choices(id) } : {};
    this.#delays += 1;
    const after = this.#chance(0.25) ? { after: { [`${id}.${10 + 7 * this.#delays}`]: this.#transition(id) } } : {};
    const always = this.#chance(0.15) ? { always: { ...this.#transition(id), guard: this.#guard() } } : {};
    const onDone = this.#chance(0.3) ? { onDone: this.#transition(id) } : {};
    const work = { id: `work.${id}`, src: 'work', input: ({ context }: Args) => ({ n: context.n }) };
    const invoke = this.#chance(0.2) ? { invoke: { ...work, onDone: this.#transition(id), onError: this.#transition(id) } } : {};
    return { on: { ...on, ...wild }, ...after, ...always, ...onDone, ...invoke };
  }

  #choices(id: string): object[] {
    return this.#chance(0.4) ? [{ ...this.#transition(id), guard: this.#guard() }, this.#transition(id)] : [this.#transition(id)];
  }

  #transition(id: string): object {
    const target = this.#chance(0.75) ? { target: `#${this.#pick(this.#ids)}`, ...(this.#chance(0.3) ? { reenter: true } : {}) } : {};
    return { ...target, actions: this.#actions(`>${id}`) };
  }

  #guard(): unknown {
    const [by, is] = [2 + this.#below(3), this.#below(2)];
    const counts = ({ context }: Args) => context.n % by === is;
    return this.#chance(0.2) ? stateIn(`#${this.#pick(this.#ids)}`) : counts;
  }

  #actions(name: string): unknown[] {
    const note = assign({
      n: ({ context }: Args) => context.n + 1,
      log: ({ context }: Args) => [...context.log, name].slice(-30),
    } as never);
    const tell = { type: 'tell', params: ({ context }: Args) => ({ n: context.n, name }) };
    const late = `late ${name}`;
    this.#delays += 1;
    return [
      ...(this.#chance(0.7) ? [note] : []),
      ...(this.#chance(0.3) ? [note, tell] : []),
      ...(this.#chance(0.08) ? [raise({ type: this.#pick(eventTypes) })] : []),
      ...(this.#chance(0.08) ? [cancel(late), raise({ type: this.#pick(eventTypes) }, { id: late, delay: 5 + 3 * this.#delays })] : []),
    ];
  }
}

/** Reads a delay's duration from its name, which contains dots. */
const delays = new Proxy({}, { get: (_, name) => Number(String(name).split('.').at(-1)), has: () => true });

/** @param tell the implementation of the action of that name */
export function randomMachine(seed: number, tell: (of: unknown, params: unknown) => void = () => {}): AnyStateMachine {
  const machine = machineOf(new Draft(seed).machine(), { actions: { tell }, actors: { work: task() } });
  machine.implementations.delays = delays;
  return machine;
}
