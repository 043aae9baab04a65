/** A failed session, as the shortest sequence of shell commands that shows the failure. */
import type { Call } from './call.ts';
import type { Failure } from './drive.ts';

/** @returns the empty string without failures */
export function shortestFailure(failures: readonly Failure[], url: string): string {
  const shortest = [...failures].sort((a, b) => a.calls.length - b.calls.length)[0];
  if (!shortest) return '';
  const script = shellScript(shortest.calls, url);
  return [
    `${failures.length} of the sessions of ${shortest.workflow} went wrong. The shortest, against ${url} with a sandbox:`,
    script,
    ...shortest.wrong,
  ].join('\n');
}

/** The commands run against any service with a sandbox: values that differ between runs (id, token, codes) are read from its answers. */
function shellScript(calls: readonly Call[], url: string): string {
  const lines = [
    `URL=${url}`,
    `post() { curl -s -X POST "$URL$1" -H 'content-type: application/json' -H "authorization: Bearer $TOKEN" -d "$2"; echo; }`,
    `field() { node -pe "JSON.parse(require('fs').readFileSync(0))$1"; }`,
    `post /sandbox/clock '{"freeze":true}'`,
  ];
  const session = sessionOf(calls);
  let address = '';
  for (const call of calls) {
    const { method, path, body, correct } = call;
    const to = session === '' ? path : path.replace(session, '$ID');
    address = addressIn(body) ?? address;
    if (/^\/v1\/[^/]+$/.test(path)) {
      lines.push(
        `SESSION=$(post ${path} '${JSON.stringify(body)}'); ID=$(echo "$SESSION" | field .id); TOKEN=$(echo "$SESSION" | field .sessionToken)`,
      );
    } else if (correct !== undefined) {
      lines.push(`CODE=$(curl -s "$URL/sandbox/messages?to=${address}" | field .messages[0].code)`);
      lines.push(`post "${to}" '{"code":"'$(${correct ? 'echo $CODE' : 'printf %06d $(( (10#$CODE + 1) % 1000000 ))'})'"}'`);
    } else if (method === 'POST') {
      lines.push(`post "${to}" '${JSON.stringify(body)}'`);
    } else {
      lines.push(`curl -s "$URL${to}" -H "authorization: Bearer $TOKEN"; echo`);
    }
  }
  return lines.join('\n');
}

function sessionOf(calls: readonly Call[]): string {
  return calls.map(({ path }) => /^\/v1\/[^/]+\/([^/]+)/.exec(path)?.[1]).find((id) => id !== undefined) ?? '';
}

function addressIn(body: unknown): string | null {
  return typeof body === 'object' && body !== null && 'email' in body && typeof body.email === 'string' ? body.email : null;
}
