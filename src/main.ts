/** The process of the built-in service, with the settings of its environment. */
import { builtInModules } from './modules/built-in.ts';
import { runService } from './service/process.ts';

await runService(builtInModules(), {
  config: process.env,
  commands: (url) => [
    `curl -sw '\\n' ${url}/v1/email-verifications -H 'content-type: application/json' -d '{"email":"jane@example.com"}'`,
    `curl -sw '\\n' '${url}/sandbox/messages?to=jane@example.com'`,
    `curl -sw '\\n' ${url}/v1/email-verifications/ID/submit-code -H 'authorization: Bearer TOKEN' -H 'content-type: application/json' -d '{"code":"CODE"}'`,
  ],
});
