/** The wording of the emails, one object per language. To add a language, add an entry to `emailTexts`. */
import { utcDate, utcTime } from './template-text.ts';

export interface EmailTexts {
  readonly subject: (serviceName: string) => string;
  readonly request: (serviceName: string) => string;
  /** Replaces `request` if the code confirms a change of an account. */
  readonly change: (serviceName: string) => string;
  readonly deviceType: string;
  readonly deviceName: string;
  /** Replaces a missing device type or name. */
  readonly unknown: string;
  readonly code: string;
  /** @param minutes the lifetime of the code from its first send; null leaves it out */
  readonly expiry: (expiresAt: number, minutes: number | null) => string;
  readonly neverShare: (serviceName: string) => string;
  readonly notYou: string;
  readonly support: string;
}

const english: EmailTexts = {
  subject: (serviceName) => `Your ${serviceName} verification code`,
  request: (serviceName) => `A verification code for ${serviceName} was requested on the device named below.`,
  change: (serviceName) =>
    `Someone who is logged in to your ${serviceName} account on the device named below wants to change it. This code confirms the change.`,
  deviceType: 'Device type',
  deviceName: 'Device name',
  unknown: 'Unknown device',
  code: 'Enter this code to continue:',
  expiry: (expiresAt, minutes) => {
    const until = `The code expires at ${utcTime(expiresAt)} UTC on ${utcDate('en', expiresAt)}`;
    if (minutes === null) return `${until}.`;
    return `${until}, ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} after it was first sent.`;
  },
  neverShare: (serviceName) => `Don’t share this code with anyone. ${serviceName} will never ask you for it.`,
  notYou:
    'If you did not request a code, you can ignore this message: without the code, the device gets no access. ' +
    'If you keep getting such messages, change your password.',
  support: 'Questions? Get help here:',
};

const spanish: EmailTexts = {
  subject: (serviceName) => `Su código de verificación de ${serviceName}`,
  request: (serviceName) =>
    `Se ha solicitado un código de verificación para ${serviceName} en el dispositivo que se indica a continuación.`,
  change: (serviceName) =>
    `Alguien que ha iniciado sesión en su cuenta de ${serviceName} en el dispositivo que se indica a continuación quiere cambiarla. Este código confirma el cambio.`,
  deviceType: 'Tipo de dispositivo',
  deviceName: 'Nombre del dispositivo',
  unknown: 'Dispositivo desconocido',
  code: 'Introduzca este código para continuar:',
  expiry: (expiresAt, minutes) => {
    const until = `El código caduca a las ${utcTime(expiresAt)} UTC del ${utcDate('es', expiresAt)}`;
    if (minutes === null) return `${until}.`;
    return `${until}, ${minutes} ${minutes === 1 ? 'minuto' : 'minutos'} después de su primer envío.`;
  },
  neverShare: (serviceName) => `No comparta este código con nadie. ${serviceName} nunca se lo pedirá.`,
  notYou:
    'Si no ha solicitado ningún código, puede ignorar este mensaje: el dispositivo no obtiene acceso sin él. ' +
    'Si sigue recibiendo mensajes como este, cambie su contraseña.',
  support: '¿Tiene alguna pregunta? Encontrará ayuda aquí:',
};

const french: EmailTexts = {
  subject: (serviceName) => `Votre code de vérification ${serviceName}`,
  request: (serviceName) => `Un code de vérification pour ${serviceName} a été demandé sur l’appareil indiqué ci-dessous.`,
  change: (serviceName) =>
    `Quelqu’un qui est connecté à votre compte ${serviceName} sur l’appareil indiqué ci-dessous veut le modifier. Ce code confirme la modification.`,
  deviceType: 'Type d’appareil',
  deviceName: 'Nom de l’appareil',
  unknown: 'Appareil inconnu',
  code: 'Saisissez ce code pour continuer :',
  expiry: (expiresAt, minutes) => {
    const until = `Le code expire à ${utcTime(expiresAt)} UTC, le ${utcDate('fr', expiresAt)}`;
    if (minutes === null) return `${until}.`;
    return `${until}, soit ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} après son premier envoi.`;
  },
  neverShare: (serviceName) => `Ne partagez ce code avec personne. ${serviceName} ne vous le demandera jamais.`,
  notYou:
    'Si vous n’avez pas demandé de code, vous pouvez ignorer ce message : l’appareil n’obtient aucun accès sans lui. ' +
    'Si vous continuez à recevoir de tels messages, changez votre mot de passe.',
  support: 'Des questions ? Vous trouverez de l’aide ici :',
};

const german: EmailTexts = {
  subject: (serviceName) => `Ihr Bestätigungscode für ${serviceName}`,
  request: (serviceName) => `Auf dem unten genannten Gerät wurde ein Bestätigungscode für ${serviceName} angefordert.`,
  change: (serviceName) =>
    `Jemand, der auf dem unten genannten Gerät mit Ihrem Konto bei ${serviceName} angemeldet ist, möchte es ändern. Dieser Code bestätigt die Änderung.`,
  deviceType: 'Gerätetyp',
  deviceName: 'Gerätename',
  unknown: 'Unbekanntes Gerät',
  code: 'Geben Sie diesen Code ein, um fortzufahren:',
  expiry: (expiresAt, minutes) => {
    const until = `Der Code läuft am ${utcDate('de', expiresAt)} um ${utcTime(expiresAt)} Uhr UTC ab`;
    if (minutes === null) return `${until}.`;
    return `${until}, ${minutes} ${minutes === 1 ? 'Minute' : 'Minuten'} nach dem ersten Versand.`;
  },
  neverShare: (serviceName) => `Geben Sie den Code nicht weiter. ${serviceName} wird Sie nie danach fragen.`,
  notYou:
    'Wenn Sie keinen Code angefordert haben, können Sie diese Nachricht ignorieren: Ohne den Code erhält dieses Gerät keinen Zugang. ' +
    'Wenn Sie weitere solche Nachrichten erhalten, ändern Sie Ihr Passwort.',
  support: 'Fragen? Hier finden Sie Hilfe:',
};

export const emailTexts: ReadonlyMap<string, EmailTexts> = new Map([
  ['en', english],
  ['es', spanish],
  ['fr', french],
  ['de', german],
]);
