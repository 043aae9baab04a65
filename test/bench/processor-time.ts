/** How much of the processor processes have used, and how much memory they hold, as Linux tells it in /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of the clock that /proc counts in; 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

interface ProcessTimes {
  readonly parent: number;
  readonly ownTicks: number;
  /** Of children that have ended and were waited for. */
  readonly endedChildrenTicks: number;
}

function timesOf(pid: number): ProcessTimes | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  // The name of the process, in brackets, may hold spaces. Fields are counted from behind it: 3 is the state.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return { parent: field(4), ownTicks: field(14) + field(15), endedChildrenTicks: field(16) + field(17) };
}

/** Seconds of processor time of one process. */
export function processorSeconds(pid: number): number {
  return (timesOf(pid)?.ownTicks ?? Number.NaN) / ticksPerSecond;
}

/** Seconds of processor time of a process and all that it started: PostgreSQL has a process for every connection. */
export function processTreeSeconds(pid: number): number {
  const parent = timesOf(pid);
  if (!parent) return Number.NaN;
  let ticks = parent.ownTicks + parent.endedChildrenTicks;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const times = timesOf(Number(name));
    if (times?.parent === pid) ticks += times.ownTicks + times.endedChildrenTicks;
  }
  return ticks / ticksPerSecond;
}

/** Megabytes of memory that a process holds at this moment. */
export function residentMegabytes(pid: number): number {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return Number(kilobytes) / 1024;
  } catch {
    return Number.NaN;
  }
}
