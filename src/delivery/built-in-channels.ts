/** The built-in channels: email, text message and voice call. */
import type { ChannelDefinition } from './channel.ts';
import { emailLanguages, renderEmail } from './email-template.ts';
import { gsm7Length } from './gsm7.ts';
import { renderSms, smsLanguages, smsObjection } from './sms-template.ts';
import { renderVoice, voiceLanguages } from './voice-template.ts';

export const builtInChannels = {
  email: {
    title: 'Email',
    detail: 'email',
    limits: 'address',
    parts: ['subject', 'text', 'html'],
    languages: emailLanguages,
    render: renderEmail,
  },
  sms: {
    title: 'Text message',
    detail: 'phone',
    limits: 'number',
    parts: ['text'],
    languages: smsLanguages,
    render: (message, language, values) => ({ subject: null, text: renderSms(message, language, values), html: null }),
    objection: smsObjection,
    length: gsm7Length,
  },
  voice: {
    title: 'Call',
    detail: 'phone',
    limits: 'number',
    parts: ['text'],
    languages: voiceLanguages,
    render: (message, language, values) => ({ subject: null, text: renderVoice(message, language, values), html: null }),
  },
} satisfies Readonly<Record<string, ChannelDefinition>>;
