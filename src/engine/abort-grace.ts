/** The end of work that does not heed its abort signal. Handlers and providers are code of modules, so they may ignore it. */

/**
 * @param graceMs the time that the work has after the abort
 * @param late the result of work that goes on for longer
 */
export function withinGrace<T>(work: Promise<T>, signal: AbortSignal, graceMs: number, late: T): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const aborted = () => {
      timer = setTimeout(() => resolve(late), graceMs);
    };
    if (signal.aborted) aborted();
    else signal.addEventListener('abort', aborted);
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
    });
  });
}
