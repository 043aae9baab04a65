/** The notices about passkeys. */
import { noticesOf } from '../../delivery/notice-text.ts';

export const passkeyNotices = noticesOf({
  en: {
    'passkey-removed': {
      subject: (service) => `A passkey of your ${service} account was removed`,
      event: (service) => `A passkey no longer opens your ${service} account. The device that holds it may still offer it.`,
      advice: [
        'If this was you, delete the passkey on the device too.',
        'If this wasn’t you, get help now: someone else can use your account.',
      ],
    },
  },
  es: {
    'passkey-removed': {
      subject: (service) => `Se ha eliminado una llave de acceso de su cuenta de ${service}`,
      event: (service) => `Una llave de acceso ya no abre su cuenta de ${service}. El dispositivo que la guarda puede seguir ofreciéndola.`,
      advice: [
        'Si ha sido usted, elimine también la llave de acceso en el dispositivo.',
        'Si no ha sido usted, pida ayuda ahora: otra persona puede usar su cuenta.',
      ],
    },
  },
  fr: {
    'passkey-removed': {
      subject: (service) => `Une clé d’accès de votre compte ${service} a été supprimée`,
      event: (service) => `Une clé d’accès n’ouvre plus votre compte ${service}. L’appareil qui la contient peut encore la proposer.`,
      advice: [
        'Si c’était vous, supprimez aussi la clé d’accès sur l’appareil.',
        'Sinon, demandez de l’aide maintenant : quelqu’un d’autre peut utiliser votre compte.',
      ],
    },
  },
  de: {
    'passkey-removed': {
      subject: (service) => `Ein Passkey Ihres Kontos bei ${service} wurde entfernt`,
      event: (service) =>
        `Ein Passkey öffnet Ihr Konto bei ${service} nicht mehr. Das Gerät, das ihn speichert, bietet ihn vielleicht noch an.`,
      advice: [
        'Wenn Sie das waren, löschen Sie den Passkey auch auf dem Gerät.',
        'Wenn nicht, holen Sie sich jetzt Hilfe: Jemand anderes kann Ihr Konto benutzen.',
      ],
    },
  },
});
