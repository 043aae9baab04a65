/** The arguments of the command: known ones are read, unknown ones are named with the nearest known one. */
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/tools/command-line/commands.ts';
import { nearest } from '../../src/tools/command-line/nearest.ts';
import { helpOf, requestOf } from '../../src/tools/command-line/request.ts';

function lineOf(...args: string[]): string {
  try {
    requestOf(args);
    return '';
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}

describe('the command', () => {
  test('reads positional arguments and options, in every form', () => {
    for (const args of [
      ['client', 'modules.js', '--out', 'client', '--check'],
      ['client', '--check', '--out=client', 'modules.js'],
    ]) {
      const request = requestOf(args);
      if ('about' in request) throw new Error('no help was asked for');
      const { command, text, has } = request;
      expect([command.name, request.args, text('out'), has('check'), has('no-built-in'), text('workflows')]).toEqual([
        'client',
        ['modules.js'],
        'client',
        true,
        false,
        null,
      ]);
    }
  });

  test.each([
    [['chek'], "There is no command 'chek': did you mean check?"],
    [['draw'], "There is no command 'draw'"],
    [['--workflows', 'x', 'check'], '--workflows comes before the command: verification-workflows <command> [options]'],
    [['check', '--workflow', 'x'], 'check has no option --workflow: did you mean --workflows?'],
    [['doctor', '--out', 'x'], 'doctor has no option --out: it is one of check, diagrams, client'],
    [['client', '--zzz'], 'client has no option --zzz. Its options: --workflows, --modules, --config, --no-built-in, --out, --check'],
    [['client', '--out'], '--out needs a value: --out FOLDER'],
    [['client', '--out', '--check'], '--out needs a value: --out FOLDER'],
    [['client', '--check=yes'], '--check takes no value'],
    [['check', 'a.js', 'b.js'], "'b.js' is one argument too many for check: verification-workflows check [modules.js] [options]"],
  ])('%j is a mistake', (args, line) => {
    expect(lineOf(...args)).toBe(line);
  });

  test.each([['--help'], ['-h'], ['help'], []])('helps: %s', (...args) => {
    const request = requestOf(args.filter((each) => each !== undefined));
    if (!('about' in request)) throw new Error('it is a request for help');
    for (const { name, summary } of commands)
      expect(helpOf(request)).toMatch(new RegExp(`^ {2}${name} +${summary.replaceAll(/[()]/g, '.')}$`, 'm'));
  });

  test.each(commands.map((command) => [command.name, command] as const))('helps with %s', (name, command) => {
    for (const args of [
      [name, '--help'],
      [name, '-h'],
      ['help', name],
    ])
      expect(requestOf(args)).toEqual({ about: command });
    const help = helpOf({ about: command });
    for (const option of Object.keys(command.options)) expect(help).toContain(`  --${option}`);
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThan(150);
  });
});

test('the nearest word differs in two letters at most, or begins with the given one', () => {
  const hint = (word: string) => nearest(word, ['diagrams', 'workflows', 'check'], (known) => known);
  expect(['digrams', 'workflow', 'chek', 'diag', 'xyz', 'c', 'cehck'].map(hint)).toEqual([
    'diagrams',
    'workflows',
    'check',
    'diagrams',
    '',
    '',
    'check',
  ]);
});
