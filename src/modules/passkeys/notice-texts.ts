/** The notices about passkeys. */
import { noticesOf } from '../../delivery/notice-text.ts';

export const passkeyNotices = noticesOf(
  {
    en: {
      'passkey-copied': {
        subject: (service) => `A passkey of your ${service} account may have been copied`,
        event: (service) =>
          `An answer from one of your passkeys for ${service} was refused, because a device with the same passkey had answered before it. Two devices seem to have one passkey.`,
        advice: [
          'Remove this passkey and register a new one.',
          'If you don’t know of a second device, get help now: someone may have copied the passkey.',
        ],
      },
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
      'passkey-copied': {
        subject: (service) => `Puede que se haya copiado una llave de acceso de su cuenta de ${service}`,
        event: (service) =>
          `Se ha rechazado una respuesta de una de sus llaves de acceso para ${service}, porque antes había respondido un dispositivo con la misma llave. Parece que dos dispositivos tienen la misma llave.`,
        advice: [
          'Elimine esta llave de acceso y registre una nueva.',
          'Si no conoce un segundo dispositivo, pida ayuda ahora: puede que alguien haya copiado la llave.',
        ],
      },
      'passkey-removed': {
        subject: (service) => `Se ha eliminado una llave de acceso de su cuenta de ${service}`,
        event: (service) =>
          `Una llave de acceso ya no abre su cuenta de ${service}. El dispositivo que la guarda puede seguir ofreciéndola.`,
        advice: [
          'Si ha sido usted, elimine también la llave de acceso en el dispositivo.',
          'Si no ha sido usted, pida ayuda ahora: otra persona puede usar su cuenta.',
        ],
      },
    },
    fr: {
      'passkey-copied': {
        subject: (service) => `Une clé d’accès de votre compte ${service} a peut-être été copiée`,
        event: (service) =>
          `Une réponse de l’une de vos clés d’accès pour ${service} a été refusée, car un appareil avec la même clé avait répondu avant. Deux appareils semblent avoir la même clé.`,
        advice: [
          'Supprimez cette clé d’accès et enregistrez-en une nouvelle.',
          'Si vous ne connaissez pas de second appareil, demandez de l’aide maintenant : quelqu’un a peut-être copié la clé.',
        ],
      },
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
      'passkey-copied': {
        subject: (service) => `Ein Passkey Ihres Kontos bei ${service} wurde vielleicht kopiert`,
        event: (service) =>
          `Eine Antwort von einem Ihrer Passkeys für ${service} wurde abgelehnt, weil vorher ein Gerät mit demselben Passkey geantwortet hatte. Zwei Geräte haben anscheinend denselben Passkey.`,
        advice: [
          'Entfernen Sie diesen Passkey und registrieren Sie einen neuen.',
          'Wenn Sie kein zweites Gerät kennen, holen Sie sich jetzt Hilfe: Jemand hat den Passkey vielleicht kopiert.',
        ],
      },
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
  },
  { ofAttack: ['passkey-copied'] },
);
