/** The process of the built-in service and of the workflows in the folder WORKFLOWS, with the settings of its environment. */
import { runService } from './service/process.ts';
import { loadServed, located } from './tools/loading/project.ts';
import { Mistake } from './tools/mistake.ts';

const project = await loadServed(process.env).catch((error: unknown) => {
  if (!(error instanceof Mistake)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
});

await runService(project.modules, {
  config: process.env,
  located: (line) => located(project, line),
  commands: (url) => [
    `curl -sw '\\n' ${url}/v1/email-verifications -H 'content-type: application/json' -d '{"email":"jane@example.com"}'`,
    `curl -sw '\\n' '${url}/sandbox/messages?to=jane@example.com'`,
    `curl -sw '\\n' ${url}/v1/email-verifications/ID/submit-code -H 'authorization: Bearer TOKEN' -H 'content-type: application/json' -d '{"code":"CODE"}'`,
  ],
});
