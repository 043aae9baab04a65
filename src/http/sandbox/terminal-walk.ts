/** A verification from a terminal, in three calls from the start to a verified address. */
import { html } from 'hono/html';
import type { Workflow } from '../../../machines/workflow.ts';
import { exampleOf } from '../openapi/example.ts';
import { command, type Markup } from '../pages/page-document.ts';

export function terminalWalk(workflow: Workflow | undefined, publicUrl: string): Markup | '' {
  if (workflow === undefined) return '';
  const { collection, start } = workflow;
  const body = exampleOf(start.body, 'required');
  const to = typeof body === 'object' && body !== null ? String(Object.values(body)[0]) : '';
  const json = `-H 'content-type: application/json'`;
  return html`
<ol class="steps">
<li><p>Start a verification. Keep <code>id</code> and <code>sessionToken</code> of the answer.</p>
${command(`curl -s ${publicUrl}/v1/${collection} ${json} -d '${JSON.stringify(body)}'`)}</li>
<li><p>Read the message that it sent, and the <code>code</code> in it.</p>
${command(`curl -s '${publicUrl}/sandbox/messages?to=${encodeURIComponent(to).replace('%40', '@')}'`)}</li>
<li><p>Enter the code, with your own values for the words in capitals.</p>
${command(`curl -s ${publicUrl}/v1/${collection}/ID/submit-code -H 'authorization: Bearer TOKEN' ${json} -d '{"code":"CODE"}'`)}</li>
</ol>
<p>The answer says <code>"status": "done"</code>, and <code>result.token</code> is the signed proof.</p>`;
}
