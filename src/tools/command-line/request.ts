/** Reads the arguments of the command. An unknown word is named with the nearest known one. */
import { parseArgs } from 'node:util';
import { Mistake } from '../mistake.ts';
import { type Command, commands } from './commands.ts';
import { nearest } from './nearest.ts';

export interface Request {
  readonly command: Command;
  readonly args: readonly string[];
  /** The value of an option; null if it is absent. */
  readonly text: (option: string) => string | null;
  readonly has: (option: string) => boolean;
}

/** A request for help about one command, or about all. */
export interface HelpRequest {
  readonly about: Command | null;
}

/** @throws Mistake */
export function requestOf(args: readonly string[]): Request | HelpRequest {
  const [name = 'help', ...rest] = args;
  if (['help', '--help', '-h'].includes(name)) return { about: rest[0] === undefined || name !== 'help' ? null : commandOf(rest[0]) };
  const command = commandOf(name);
  const { tokens } = parseArgs({ args: rest, options: optionsOf(command), allowPositionals: true, strict: false, tokens: true });
  const values = new Map<string, string | true>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    if (token.name === 'help' || token.name === 'h') return { about: command };
    values.set(token.name, optionValue(command, token.name, token.rawName, token.value));
  }
  const [extra] = positionals.slice(command.mostArgs);
  if (extra !== undefined) throw new Mistake(`'${extra}' is one argument too many for ${command.name}: ${usageOf(command)}`);
  return {
    command,
    args: positionals,
    text: (option) => {
      const value = values.get(option);
      return typeof value === 'string' ? value : null;
    },
    has: (option) => values.has(option),
  };
}

function commandOf(name: string): Command {
  const command = commands.find((each) => each.name === name);
  if (command) return command;
  if (name.startsWith('-')) throw new Mistake(`${name} comes before the command: ${usage}`);
  const names = commands.map((each) => each.name);
  throw new Mistake(`There is no command '${name}'${nearest(name, names, (known) => `: did you mean ${known}?`)}\n\n${commandList()}`);
}

function optionsOf({ options }: Command) {
  return {
    help: { type: 'boolean', short: 'h' } as const,
    ...Object.fromEntries(Object.entries(options).map(([name, { type }]) => [name, { type }])),
  };
}

function optionValue(command: Command, name: string, written: string, value: string | undefined): string | true {
  const option = Object.hasOwn(command.options, name) ? command.options[name] : undefined;
  if (option === undefined) {
    const known = Object.keys(command.options);
    const elsewhere = commands.filter(({ options }) => Object.hasOwn(options, name)).map((each) => each.name);
    const hint =
      elsewhere.length > 0
        ? `: it is one of ${elsewhere.join(', ')}`
        : nearest(name, known, (nearby) => `: did you mean --${nearby}?`) ||
          `. Its options: ${known.map((each) => `--${each}`).join(', ')}`;
    throw new Mistake(`${command.name} has no option ${written}${hint}`);
  }
  if (option.type === 'boolean') {
    if (value !== undefined) throw new Mistake(`${written} takes no value`);
    return true;
  }
  // A value that begins with a dash is the next option, because the value was forgotten.
  if (value === undefined || value === '' || value.startsWith('--'))
    throw new Mistake(`${written} needs a value: ${written} ${option.value}`);
  return value;
}

const usage = 'verification-workflows <command> [options]';

function usageOf({ name, args }: Command): string {
  return `verification-workflows ${name}${args === '' ? '' : ` ${args}`} [options]`;
}

function commandList(): string {
  return `Commands:\n${columns(commands.map(({ name, summary }) => [name, summary]))}`;
}

/** The help for one command, or for all. */
export function helpOf({ about }: HelpRequest): string {
  if (about === null) return `Usage: ${usage}\n\n${commandList()}\n\nThe options of a command: verification-workflows <command> --help\n`;
  const options = Object.entries(about.options).map(([name, { value, help }]): [string, string] => [
    `--${name}${value === undefined ? '' : ` ${value}`}`,
    help,
  ]);
  const summary = about.summary.charAt(0).toUpperCase() + about.summary.slice(1);
  return [`Usage: ${usageOf(about)}`, `${summary}.`, `Options:\n${columns(options)}`, ...about.more].join('\n\n').concat('\n');
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`).join('\n');
}
