/** docs/figures.md is generated from the figures: `npx vitest run test/lint/figures.test.ts -u` writes it. */
import { expect, test } from 'vitest';
import { accountFigures } from '../../machines/accounts-figures.ts';
import { authenticatorAppFigures } from '../../machines/authenticator-app-figures.ts';
import { backupCodeFigures } from '../../machines/backup-code-figures.ts';
import { codeFigures } from '../../machines/codes-figures.ts';
import type { Figure, FigureSet } from '../../machines/figures.ts';
import { linkingFigures } from '../../machines/linking-figures.ts';
import { messageFigures } from '../../machines/messages-figures.ts';
import { passkeyFigures } from '../../machines/passkey-figures.ts';
import { serviceFigures } from '../../machines/service-figures.ts';
import { supportFigures } from '../../machines/support-figures.ts';

const sections: readonly (readonly [title: string, file: string, figures: FigureSet])[] = [
  ['Every service', 'service-figures.ts', serviceFigures],
  ['Codes', 'codes-figures.ts', codeFigures],
  ['Messages', 'messages-figures.ts', messageFigures],
  ['Accounts', 'accounts-figures.ts', accountFigures],
  ['Linking', 'linking-figures.ts', linkingFigures],
  ['Passkeys', 'passkey-figures.ts', passkeyFigures],
  ['Support access', 'support-figures.ts', supportFigures],
  ['Authenticator apps', 'authenticator-app-figures.ts', authenticatorAppFigures],
  ['Backup codes', 'backup-code-figures.ts', backupCodeFigures],
];

const introduction = `# Figures

<!-- Generated from machines/*-figures.ts: run \`npx vitest run test/lint/figures.test.ts -u\` after a change. -->

The durations and limits of the product, each with its reason. \`POLICY\` names a profile, \`seed\` (the defaults) or \`strict\`, or a JSON file with the
figures that differ: \`{ "codeLifetimeMs": 600000, "guessesPerCode": 3 }\`. Names that end in \`Ms\` are set in milliseconds. The start refuses a value
outside its range. [Guessing and flooding](guessing.md) explains how the limits work together.
`;

const units = [
  ['day', 24 * 60 * 60 * 1000],
  ['hour', 60 * 60 * 1000],
  ['minute', 60 * 1000],
  ['second', 1000],
] as const;

/** In the largest unit that gives a whole number. */
function durationText(milliseconds: number): string {
  const [unit, size] = units.find(([, length]) => milliseconds % length === 0) ?? ['millisecond', 1];
  const amount = milliseconds / size;
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}

function valueText(name: string, value: number): string {
  return name.endsWith('Ms') ? durationText(value) : value.toLocaleString('en');
}

function row([name, { schema, default: usual, reason, strict }]: [string, Figure]): string {
  const strictly = strict === undefined ? '' : valueText(name, strict.value);
  const reasons = strict === undefined ? reason : `${reason} \`strict\`: ${strict.reason}`;
  return `| \`${name}\` | ${valueText(name, usual)} | ${strictly} | ${schema.description} | ${reasons} |`;
}

function section([title, file, figures]: (typeof sections)[number]): string {
  const head = `| figure | default | \`strict\` | meaning | reason |\n|---|---|---|---|---|`;
  return `## ${title}\n\n[\`${file}\`](../machines/${file})\n\n${head}\n${Object.entries(figures).map(row).join('\n')}\n`;
}

test('docs/figures.md lists every figure with its reason', async () => {
  const page = [introduction, ...sections.map(section)].join('\n');
  await expect(page).toMatchFileSnapshot('../../docs/figures.md');
});

test.each([
  [1000, '1 second'],
  [90_000, '90 seconds'],
  [2_400_000, '40 minutes'],
  [86_400_000, '1 day'],
])('%i ms are %s', (milliseconds, text) => {
  expect(durationText(milliseconds)).toBe(text);
});
