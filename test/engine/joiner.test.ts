/** Questions that wait together are asked together. */
import { expect, test } from 'vitest';
import { Joiner } from '../../src/engine/joiner.ts';

function manual(shares: boolean) {
  const asked: (readonly string[])[] = [];
  const joiner = new Joiner(
    async (questions: readonly string[]) => {
      asked.push(questions);
      return questions.map((question) => `${question}!`);
    },
    (question) => question,
    { shares },
  );
  return { asked, joiner };
}

test('the same question is asked once for all who wait for it, where an answer can be shared', async () => {
  const { asked, joiner } = manual(true);
  expect(await Promise.all(['a', 'b', 'a', 'a'].map((question) => joiner.ask(question)))).toEqual(['a!', 'b!', 'a!', 'a!']);
  expect(asked).toEqual([['a', 'b']]);
});

test('one that comes later is asked anew: it wants to know what is then', async () => {
  const { asked, joiner } = manual(true);
  await joiner.ask('a');
  await joiner.ask('a');
  expect(asked).toEqual([['a'], ['a']]);
});

test('two of a key go into different batches, where each has an answer of its own', async () => {
  const { asked, joiner } = manual(false);
  await Promise.all(['a', 'b', 'a'].map((question) => joiner.ask(question)));
  expect(asked).toEqual([['a', 'b'], ['a']]);
});

test('all who share a question hear of its failure', async () => {
  const joiner = new Joiner(
    () => Promise.reject(new Error('down')),
    () => 'k',
    { shares: true },
  );
  const settled = await Promise.allSettled([joiner.ask('a'), joiner.ask('a')]);
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
