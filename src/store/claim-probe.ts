/** Probes a claim on a folder, to find out if its process is alive. */
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface Answer {
  /** True if the claimant has the folder; false if it is still claiming it. */
  readonly holding: boolean;
  /** The claimant's process id; null if it is alive but too busy to answer. */
  readonly pid: number | null;
}

/** Short, because the answer's process id only makes the error message more helpful. */
const answerTimeoutMs = 2_000;

/**
 * A connection that ends without an answer has two possible causes: the owner has just died, or has no free file descriptor. Another
 * question shows which.
 */
const questions = 5;
const betweenQuestionsMs = 20;

/** @returns the owner's answer; null if its process is dead */
export async function askOwner(address: string): Promise<Answer | null> {
  for (let asked = 1; asked <= questions; asked += 1) {
    const answer = await ask(address);
    if (answer !== 'cut off') return answer;
    await delay(betweenQuestionsMs);
  }
  return silent;
}

/** A claimant that does not answer counts as the owner: stopping is better than two processes in one folder. */
const silent: Answer = { holding: true, pid: null };

function ask(address: string): Promise<Answer | null | 'cut off'> {
  return new Promise((resolve) => {
    let heard = '';
    let connected = false;
    const socket = connect(address);
    const settle = (answer: Answer | null | 'cut off') => {
      resolve(answer);
      socket.destroy();
    };
    socket.setEncoding('utf8');
    socket.setTimeout(answerTimeoutMs, () => settle(silent));
    socket.on('connect', () => {
      connected = true;
    });
    socket.on('data', (text: string) => {
      heard += text;
    });
    socket.on('end', () => settle(answerFrom(heard)));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (connected) settle('cut off');
      else settle(error.code === 'ECONNREFUSED' || error.code === 'ENOENT' ? null : silent);
    });
  });
}

function answerFrom(line: string): Answer | 'cut off' {
  const [state, pid] = line.trim().split(' ');
  if (state === undefined || state === '') return 'cut off';
  return { holding: state === 'holding', pid: pid === undefined ? null : Number(pid) };
}
