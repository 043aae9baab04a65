/** Asks a claim on a folder whether its owner lives. */
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface Answer {
  /** Whether it has the folder, or is only about to take it. */
  readonly holding: boolean;
  /** Null when it lives and is too busy to say. */
  readonly pid: number | null;
}

/** For its process id, which only makes the error more helpful. */
const answerTimeoutMs = 2_000;

/** Connections that end without a word mean that the owner died just then, or is out of file descriptors: the next tells. */
const questions = 5;
const betweenQuestionsMs = 20;

/** @returns null when nobody listens any more */
export async function askOwner(address: string): Promise<Answer | null> {
  for (let asked = 1; asked <= questions; asked += 1) {
    const answer = await ask(address);
    if (answer !== 'cut off') return answer;
    await delay(betweenQuestionsMs);
  }
  return silent;
}

/** Whoever proves neither dead nor about to give way is taken for the owner: better to stop than to share. */
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
