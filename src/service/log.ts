/** The log: JSON lines on standard error. Standard output is for the person at the terminal. */
import pino, { type Logger } from 'pino';

export function openLog(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, errorKey: 'err' }, pino.destination({ dest: 2, sync: true }));
}
