/** The time limit of code of modules that runs within the turn of a session: without it, the session's later requests could wait for ever. */

/** Longer than every look-up of the built-in modules, and than clients wait. */
const answerTimeoutMs = 30_000;

/** @param subject begins the sentence of the error. @throws Error after the limit, and the errors of the answer */
export function inTime<T>(subject: string, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const tooLate = () => reject(new Error(`${subject} did not answer within ${answerTimeoutMs / 1000} seconds`));
    const timer = setTimeout(tooLate, answerTimeoutMs);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
