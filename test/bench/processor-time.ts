/** Processor time and memory of processes, as Linux reports them in /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks per second in /proc: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

interface ProcessTimes {
  readonly parent: number;
  readonly ownTicks: number;
  /** Processor time of children that have ended and were waited for. */
  readonly endedChildrenTicks: number;
}

function timesOf(pid: number): ProcessTimes | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  // The name of the process, in brackets, may contain spaces, so fields are counted after it. Field 3 is the state.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return { parent: field(4), ownTicks: field(14) + field(15), endedChildrenTicks: field(16) + field(17) };
}

/** Seconds of processor time of one process. */
export function processorSeconds(pid: number): number {
  return (timesOf(pid)?.ownTicks ?? Number.NaN) / ticksPerSecond;
}

/** Seconds of processor time of a process and its descendants: PostgreSQL has a process for every connection. */
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

/** Memory of a process, in megabytes. */
export function residentMegabytes(pid: number): number {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return Number(kilobytes) / 1024;
  } catch {
    return Number.NaN;
  }
}
