/** Waiting questions are asked together. */
import { expect, test, vi } from 'vitest';
import { Batcher } from '../../src/engine/batcher.ts';
import { StoreUnavailable } from '../../src/engine/errors.ts';

function manual(shares: boolean) {
  const asked: (readonly string[])[] = [];
  const batcher = new Batcher(
    async (questions: readonly string[]) => {
      asked.push(questions);
      return questions.map((question) => `${question}!`);
    },
    (question) => question,
    { shares },
  );
  return { asked, batcher };
}

test('the same question is asked once for all callers that wait for it, if an answer can be shared', async () => {
  const { asked, batcher } = manual(true);
  expect(await Promise.all(['a', 'b', 'a', 'a'].map((question) => batcher.ask(question)))).toEqual(['a!', 'b!', 'a!', 'a!']);
  expect(asked).toEqual([['a', 'b']]);
});

test('a later question is asked anew, because its caller wants the answer of that time', async () => {
  const { asked, batcher } = manual(true);
  await batcher.ask('a');
  await batcher.ask('a');
  expect(asked).toEqual([['a'], ['a']]);
});

test('two questions of a key go into different batches if each has its own answer', async () => {
  const { asked, batcher } = manual(false);
  await Promise.all(['a', 'b', 'a'].map((question) => batcher.ask(question)));
  expect(asked).toEqual([['a', 'b'], ['a']]);
});

test('all callers of a shared question receive its failure', async () => {
  const batcher = new Batcher(
    () => Promise.reject(new Error('down')),
    () => 'k',
    { shares: true },
  );
  const settled = await Promise.allSettled([batcher.ask('a'), batcher.ask('a')]);
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

test('a batch with fewer answers than questions fails', async () => {
  const batcher = new Batcher(
    async (questions: readonly string[]) => questions.slice(1),
    (question) => question,
  );
  const settled = await Promise.allSettled([batcher.ask('a'), batcher.ask('b')]);
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

test('behind unanswered questions no caller waits for long, and the question of a caller that gave up is not asked', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  try {
    const asked: (readonly number[])[] = [];
    const answers: (() => void)[] = [];
    const batcher = new Batcher(
      (questions: readonly number[]) => {
        asked.push(questions);
        return new Promise<readonly number[]>((resolve) => answers.push(() => resolve(questions)));
      },
      (question) => String(question),
    );
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const first = Array.from({ length: 300 }, (_, question) => batcher.ask(question));
    const settled = Promise.allSettled(first);
    await turn();
    await vi.advanceTimersByTimeAsync(2_000);
    const later = batcher.ask(1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    for (const answer of answers.splice(0)) answer();
    const outcomes = await settled;
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(128);
    expect(outcomes.find((outcome) => outcome.status === 'rejected')?.reason).toBeInstanceOf(StoreUnavailable);
    await turn();
    expect(asked.slice(2)).toEqual([[1_000]]);
    for (const answer of answers) answer();
    expect(await later).toBe(1_000);
  } finally {
    vi.useRealTimers();
  }
});
