import type { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { GuessEstimator } from '../../src/accounts/guess-estimator.ts';
import { PasswordStrength } from '../../src/accounts/password-strength.ts';
import { InvalidBody } from '../../src/engine/errors.ts';
import { FairQueue } from '../../src/engine/fair-queue.ts';
import { serviceCaller } from '../../src/engine/ports.ts';
import { policyProfiles } from '../support/policy.ts';
import { passwordWork } from './password-work.ts';

const tooEasy = 'Password too easy to guess';

const judged = async (password: string, strength: Pick<PasswordStrength, 'demand'> = passwordWork.strength): Promise<string | null> => {
  try {
    await strength.demand('/password', { password, email: 'robin.doe@example.com' }, serviceCaller);
    return null;
  } catch (error) {
    if (!(error instanceof InvalidBody)) throw error;
    expect([error.code, error.path]).toEqual(['weak-password', '/password']);
    return error.message;
  }
};

describe('a password', () => {
  test.each([
    ['a quiet evening in Porto'],
    ['xkcd9182hz'],
    ['mNb!7q2xKe'],
    ['🎹 vier Uhr früh 🎹'],
    ['correct horse battery staple'],
    [`${'correct horse battery '.repeat(6)}`.slice(0, 128)],
    // Words of the address, the service and the list, and a year, mixed with other words.
    ['Robin likes long walks'],
    ['Acme is where we met in 1987'],
    ['summer rain on tin roofs 2026'],
    ['8301 7492 6510 3375'],
    ['2926 9629 2296 9262'],
    ['9471-k-8265-zz'],
    ['Willkommen auf der Wiese 2026'],
    ['сорок две синие лодки 2026'],
    ['tin-roof-rain-over-the-old-mill'],
  ])('may be %j: there are no rules of composition', async (password) => {
    expect(await judged(password)).toBeNull();
  });

  test.each([
    ['short 1', 'A password has at least 8 characters'],
    ['🎹'.repeat(7), 'A password has at least 8 characters'],
    ['x1y2z3 '.repeat(19), 'A password has at most 128 characters'],
  ])('%j is refused: %s', async (password, reason) => {
    expect(await judged(password)).toBe(reason);
  });

  test.each([
    ['a common word', ['password', 'P@ssw0rd1', 'qwertyuiop', 'aaaaaaaaaaaaaaaa', '1'.repeat(48)]],
    [
      'a common word and a year',
      ['Summer2026!', 'Password2025', 'password2026!!', 'Autumn2025!', '2026Summer!', '!!Summer!!2026', 'Qwertz2026!'],
    ],
    ['a common word and a date', ['Football-2026-09', 'Trinity19840612!', 'Liverpool 14.09.2025!']],
    ['a common word in leet, and a year', ['P@ssw0rd2026!!', '$ummer2026!!', '5ummer_2026_07!', 'Dr4g0n!2026?']],
    ['a common word twice or backwards, and a year', ['admin2026admin', 'nogard!!2026']],
    ['the address', ['Robin.Doe@Example.com', 'robin.doe@example.com!2026', 'Robin.Doe@Example.com1999', 'moc.elpmaxe@eod.nibor']],
    ['its local part', ['robin.doe1', 'robin.doe2026!', 'Robin_Doe_1987', 'robindoe1987!x', 'doe.robin.1234', 'eodnibor!!99']],
    ['its local part in leet', ['R0b1nD03!2026', 'r0b1n.d03@3x4mpl3.c0m']],
    ['its domain', ['example2026!', 'examplecom2026', 'Example-1234-!']],
    ['the service’s name', ['AcmeVerify2026!', 'Acme-Verify-1', 'acme verify 2026', '@cm3V3r1fy!', 'Verify_2026_Acme']],
    ['the address, the service and a common word', ['Robin@Acme2026', 'MyAcmePassword2026!', 'acme-robin-example']],
    ['years', ['1999-2001-2003', '20260914!2026']],
    [
      'a word of another language, and a year',
      ['Willkommen2026!', 'Bienvenue2026', 'Verano2026!!', 'ichliebedich', 'Été-2026-été', 'Benvenuto1'],
    ],
    [
      'a word of another script, and a year',
      ['Пароль2026!', 'йцукенгшщз', 'κωδικός2026', 'كلمةالسر2026', '비밀번호-2026', 'パスワード2026'],
    ],
    ['a common word with one mark between its letters', ['p.a.s.s.w.o.r.d', 'P-a-s-s-w-o-r-d-2026', 's_u_n_s_h_i_n_e']],
    ['a common word with letters of another alphabet', ['pаsswоrd2026', 'ѕunѕhine2026!']],
  ])('made of %s is refused', async (_kind, passwords) => {
    const accepted: string[] = [];
    for (const password of passwords) if ((await judged(password)) !== tooEasy) accepted.push(password);
    expect(accepted).toEqual([]);
  });
});

describe('a thread', () => {
  /** @param timeoutsMs how long the first answers may take; the others may take any time */
  const strengthBy = (script: string, timeoutsMs: readonly number[] = []) => {
    const left = [...timeoutsMs];
    const estimator = new GuessEstimator({
      script: new URL(`data:text/javascript,${encodeURIComponent(script)}`),
      timeUp: () => {
        const ms = left.shift();
        return ms === undefined ? new AbortController().signal : AbortSignal.timeout(ms);
      },
    });
    return {
      estimator,
      strength: new PasswordStrength({ queue: new FairQueue({ concurrency: 1 }), estimator, serviceName: '', shortest: 8 }),
    };
  };
  const listening = (body: string) =>
    `import { parentPort } from 'node:worker_threads'; parentPort.on('message', ({ password }) => { ${body} });`;
  const answering = 'parentPort.postMessage({ guesses: 1e12, isCommonWord: false })';

  test.each([
    ['takes too long', 'for (;;);', [50], { name: 'Overloaded', message: 'A password could not be judged in time' }],
    ['breaks', "throw new Error('broken')", [], { name: 'Error', message: 'broken' }],
    ['exits', 'process.exit(7);', [], { name: 'Error', message: 'The thread that estimates passwords ended with code 7' }],
    [
      'needs too much memory',
      'const all = []; for (;;) all.push(new Array(1e5).fill(all.length));',
      [],
      { name: 'Error', code: 'ERR_WORKER_OUT_OF_MEMORY' },
    ],
  ])('that %s is replaced, and no request waits for it', async (_case, body, timeoutsMs, reason) => {
    const { estimator, strength } = strengthBy(listening(`if (password === 'a heavy password') { ${body} } ${answering}`), timeoutsMs);
    const [heavy, next] = await Promise.allSettled([judged('a heavy password', strength), judged('the next password', strength)]);
    expect(heavy).toMatchObject({ status: 'rejected', reason });
    expect(next).toEqual({ status: 'fulfilled', value: null });
    await estimator.close();
  });

  test('without a script is a mistake, not load', async () => {
    const strength = new PasswordStrength({
      queue: new FairQueue({ concurrency: 1 }),
      estimator: new GuessEstimator({ script: new URL('./missing.js', import.meta.url) }),
      serviceName: '',
      shortest: 8,
    });
    await expect(judged('a quiet evening', strength)).rejects.toThrow('Cannot find module');
  });

  test('that dies while it is idle is replaced, and the process survives', async () => {
    const threads: Worker[] = [];
    const onWorker = (thread: Worker) => threads.push(thread);
    process.on('worker', onWorker);
    const { estimator, strength } = strengthBy(listening(`if (password === undefined) throw new Error('broken'); ${answering}`));
    expect(await judged('one password', strength)).toBeNull();
    const [idle] = threads;
    if (idle === undefined) throw new Error('No thread was started');
    // The events `error` and `exit` may follow each other in one turn of the event loop.
    const hasExited = new Promise((resolve) => idle.once('exit', resolve));
    idle.postMessage({});
    await hasExited;
    expect(await judged('another one', strength)).toBeNull();
    expect(threads).toHaveLength(2);
    process.off('worker', onWorker);
    await estimator.close();
  });

  test('starts with the first password, and is used again', async () => {
    let threads = 0;
    const onWorker = () => {
      threads += 1;
    };
    process.on('worker', onWorker);
    const { estimator, strength } = strengthBy(listening(answering));
    expect(threads).toBe(0);
    for (let n = 0; n < 3; n += 1) await judged('one password', strength);
    expect(threads).toBe(1);
    process.off('worker', onWorker);
    await estimator.close();
  });
});

test('a deployment can require longer passwords, and the refusal says how long', async () => {
  const { shortestPassword: shortest } = policyProfiles.strict;
  const strict = new PasswordStrength({
    queue: new FairQueue({ concurrency: 1 }),
    estimator: new GuessEstimator(),
    serviceName: '',
    shortest,
  });
  expect(await judged('xkcd9182hzq4tb', strict)).toBe('A password has at least 15 characters');
  expect(await judged('xkcd9182hzq4tbw', strict)).toBeNull();
});
