/** The module `messages`: channels, providers, templates, limits on messages, and reports of providers. */
import { messageFigures } from '../../../machines/messages-figures.ts';
import { isEncryptedHttp } from '../../config/transport.ts';
import { builtInChannels } from '../../delivery/built-in-channels.ts';
import { maskEmail } from '../../delivery/email-address.ts';
import { invite } from '../../delivery/party-message.ts';
import { maskPhone, servedCountries } from '../../delivery/phone-number.ts';
import { sendMessage } from '../../delivery/send-message.ts';
import { isEncryptedSmtp } from '../../delivery/smtp.ts';
import type { TaskHandler } from '../../engine/ports.ts';
import { messageTag, messageWebhooks } from '../../http/openapi/webhooks.ts';
import { invitationAddress } from '../../http/pages/invitation-page.ts';
import { sandboxMessagePaths } from '../../http/sandbox/sandbox-paths.ts';
import { sandboxMessageRoutes } from '../../http/sandbox/sandbox-routes.ts';
import { templatePageRoutes } from '../../http/sandbox/templates-page.ts';
import { deliveryReportRoutes, reportFailure } from '../../http/sessions/delivery-reports.ts';
import { PartyTokens } from '../../secrets/party-tokens.ts';
import type { Host } from '../host.ts';
import { usualChannel } from '../message-channels.ts';
import { defineModule } from '../module.ts';
import { openMessages } from './open.ts';
import { messageProviders } from './providers.ts';
import { type MessageServices, messageKey } from './services.ts';
import { messageSettings } from './settings.ts';

export function messages() {
  return defineModule({
    name: 'messages',
    figures: messageFigures,
    channels: builtInChannels,
    // The addresses of the channels.
    details: { email: maskEmail, phone: maskPhone },
    providers: messageProviders,
    connections: {
      smtp: {
        setting: 'SMTP_URL',
        carries: 'codes',
        remedy: 'use smtps://, or add ?requireTLS=true',
        isEncrypted: isEncryptedSmtp,
      },
      twilio: { setting: 'TWILIO_API_URL', carries: 'codes', remedy: 'use https://', isEncrypted: isEncryptedHttp, isOutbound: true },
      webhook: { setting: 'WEBHOOK_URL', carries: 'codes', remedy: 'use https://', isEncrypted: isEncryptedHttp, isOutbound: true },
      'support-url': { setting: 'SUPPORT_URL', carries: 'people who need help', remedy: 'use https://', isEncrypted: isEncryptedHttp },
    },
    settings: messageSettings,
    key: messageKey,
    open: openMessages,
    languages: ({ templates }) => templates.languages,
    ready: (services) => services.connect(),
    close: (services) => services.close(),
    tasks: {
      sendMessage: messageTask,
      invite: (services, host) => invite(messageTask(services, host), host),
    },
    // Each country with its calling code.
    choices: (_, { allowedCountries }) => ({ countries: servedCountries(allowedCountries).map((country) => country.join(' ')) }),
    routes: ({ recipient, templates, reportReaders }, host) => {
      const { engine, publicUrl, addressOf, serviceName, store } = host;
      const sent = 'webhook' in reportReaders ? { webhooks: messageWebhooks, tag: messageTag } : {};
      const reports = { app: deliveryReportRoutes({ engine, publicUrl, readers: reportReaders }), clocked: ['/callbacks/*'], ...sent };
      if (host.sandbox === null) return [reports];
      return [
        reports,
        {
          app: sandboxMessageRoutes({
            messages: (query) => store.sandbox.messages(query),
            recipient,
            setOutcome: (...outcome) => store.sandbox.setOutcome(...outcome),
            report: (send, failure) => reportFailure(engine, send, failure),
          }),
          paths: sandboxMessagePaths,
        },
        { app: templatePageRoutes({ serviceName, addressOf, previews: () => templates.previews() }) },
      ];
    },
  });
}

function messageTask({ providerFor, templates, budget }: MessageServices, host: Host): TaskHandler {
  const { keyring, publicUrl, workflowOf } = host;
  const { channels } = host.registries;
  const tokens = new PartyTokens(keyring);
  return sendMessage({
    channels,
    providerFor,
    usualChannel: ({ workflow, version }, detail) => usualChannel(detail, workflowOf(workflow, version), channels),
    now: () => host.now(),
    render: (message) => templates.render(message),
    budget,
    parties: {
      workflowOf,
      linkOf: ({ collection, ...invitation }) => invitationAddress(publicUrl, collection, invitation.sessionId, tokens.derive(invitation)),
    },
  });
}
