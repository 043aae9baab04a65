/** The wording of the notices about the factors of an account, one object per language. */
import type { NoticeText } from '../../delivery/notice-text.ts';

type FactorNotice = 'factor-added' | 'factor-used' | 'factor-running-out' | 'wrong-factor';

type FactorTexts = Readonly<Record<FactorNotice, NoticeText<'factorUsesLeft'>>>;

const english: FactorTexts = {
  'factor-added': {
    subject: (service) => `A new way to confirm your identity for your ${service} account`,
    event: (service) =>
      `A new way to confirm your identity was added to your ${service} account: a passkey, an authenticator app or backup codes.`,
    advice: [
      'If this was you, you don’t need to do anything.',
      'If this wasn’t you, remove it now and change your password: someone else can use your account.',
    ],
  },
  'factor-used': {
    subject: (service) => `A backup code of your ${service} account was used`,
    event: (service, { factorUsesLeft = '' }) =>
      `A backup code was used to confirm your identity for your ${service} account. Codes left: ${factorUsesLeft}.`,
    advice: ['If this was you, you don’t need to do anything.', 'If this wasn’t you, change your password and create new codes.'],
  },
  'factor-running-out': {
    subject: (service) => `Your backup codes for ${service} are running out`,
    event: (service, { factorUsesLeft = '' }) =>
      `A backup code was used to confirm your identity for your ${service} account. Codes left: ${factorUsesLeft}.`,
    advice: ['Create new codes before you need the last one.', 'If this wasn’t you, change your password and create new codes now.'],
  },
  'wrong-factor': {
    subject: (service) => `Failed attempt to confirm your identity for ${service}`,
    event: (service) =>
      `Someone who knows the password of your ${service} account, or uses a device on which you are logged in, failed to confirm that they are you.`,
    advice: ['If this was you, you don’t need to do anything.', 'If this wasn’t you, change your password: someone else knows it.'],
  },
};

const spanish: FactorTexts = {
  'factor-added': {
    subject: (service) => `Una nueva forma de confirmar su identidad en ${service}`,
    event: (service) =>
      `Se ha añadido a su cuenta de ${service} una nueva forma de confirmar su identidad: una clave de acceso, una aplicación de autenticación o códigos de respaldo.`,
    advice: [
      'Si ha sido usted, no tiene que hacer nada.',
      'Si no ha sido usted, elimínela ahora y cambie su contraseña: otra persona puede usar su cuenta.',
    ],
  },
  'factor-used': {
    subject: (service) => `Se ha usado un código de respaldo de su cuenta de ${service}`,
    event: (service, { factorUsesLeft = '' }) =>
      `Se ha usado un código de respaldo para confirmar su identidad en su cuenta de ${service}. Códigos restantes: ${factorUsesLeft}.`,
    advice: ['Si ha sido usted, no tiene que hacer nada.', 'Si no ha sido usted, cambie su contraseña y cree códigos nuevos.'],
  },
  'factor-running-out': {
    subject: (service) => `Sus códigos de respaldo de ${service} se están acabando`,
    event: (service, { factorUsesLeft = '' }) =>
      `Se ha usado un código de respaldo para confirmar su identidad en su cuenta de ${service}. Códigos restantes: ${factorUsesLeft}.`,
    advice: ['Cree códigos nuevos antes de necesitar el último.', 'Si no ha sido usted, cambie su contraseña y cree códigos nuevos ahora.'],
  },
  'wrong-factor': {
    subject: (service) => `Intento fallido de confirmar su identidad en ${service}`,
    event: (service) =>
      `Alguien que conoce la contraseña de su cuenta de ${service}, o que usa un dispositivo con su sesión iniciada, no ha podido confirmar que es usted.`,
    advice: ['Si ha sido usted, no tiene que hacer nada.', 'Si no ha sido usted, cambie su contraseña: otra persona la conoce.'],
  },
};

const french: FactorTexts = {
  'factor-added': {
    subject: (service) => `Un nouveau moyen de confirmer votre identité pour ${service}`,
    event: (service) =>
      `Un nouveau moyen de confirmer votre identité a été ajouté à votre compte ${service} : une clé d’accès, une application d’authentification ou des codes de secours.`,
    advice: [
      'Si c’était vous, vous n’avez rien à faire.',
      'Sinon, supprimez-le maintenant et changez votre mot de passe : quelqu’un d’autre peut utiliser votre compte.',
    ],
  },
  'factor-used': {
    subject: (service) => `Un code de secours de votre compte ${service} a été utilisé`,
    event: (service, { factorUsesLeft = '' }) =>
      `Un code de secours a servi à confirmer votre identité pour votre compte ${service}. Codes restants : ${factorUsesLeft}.`,
    advice: ['Si c’était vous, vous n’avez rien à faire.', 'Sinon, changez votre mot de passe et créez de nouveaux codes.'],
  },
  'factor-running-out': {
    subject: (service) => `Vos codes de secours pour ${service} sont presque épuisés`,
    event: (service, { factorUsesLeft = '' }) =>
      `Un code de secours a servi à confirmer votre identité pour votre compte ${service}. Codes restants : ${factorUsesLeft}.`,
    advice: [
      'Créez de nouveaux codes avant d’avoir besoin du dernier.',
      'Si ce n’était pas vous, changez votre mot de passe et créez de nouveaux codes maintenant.',
    ],
  },
  'wrong-factor': {
    subject: (service) => `Échec d’une confirmation d’identité pour ${service}`,
    event: (service) =>
      `Quelqu’un qui connaît le mot de passe de votre compte ${service}, ou qui utilise un appareil où vous êtes connecté, n’a pas pu confirmer votre identité.`,
    advice: ['Si c’était vous, vous n’avez rien à faire.', 'Sinon, changez votre mot de passe : quelqu’un d’autre le connaît.'],
  },
};

const german: FactorTexts = {
  'factor-added': {
    subject: (service) => `Neue Möglichkeit, Ihre Identität bei ${service} zu bestätigen`,
    event: (service) =>
      `Ihr Konto bei ${service} hat eine neue Möglichkeit, Ihre Identität zu bestätigen: einen Passkey, eine Authenticator-App oder Ersatzcodes.`,
    advice: [
      'Wenn Sie das waren, müssen Sie nichts tun.',
      'Wenn nicht, entfernen Sie sie sofort und ändern Sie Ihr Passwort: Jemand anderes kann Ihr Konto benutzen.',
    ],
  },
  'factor-used': {
    subject: (service) => `Ein Ersatzcode Ihres Kontos bei ${service} wurde verwendet`,
    event: (service, { factorUsesLeft = '' }) =>
      `Mit einem Ersatzcode wurde Ihre Identität für Ihr Konto bei ${service} bestätigt. Verbleibende Codes: ${factorUsesLeft}.`,
    advice: ['Wenn Sie das waren, müssen Sie nichts tun.', 'Wenn nicht, ändern Sie Ihr Passwort und erstellen Sie neue Codes.'],
  },
  'factor-running-out': {
    subject: (service) => `Ihre Ersatzcodes für ${service} gehen zur Neige`,
    event: (service, { factorUsesLeft = '' }) =>
      `Mit einem Ersatzcode wurde Ihre Identität für Ihr Konto bei ${service} bestätigt. Verbleibende Codes: ${factorUsesLeft}.`,
    advice: [
      'Erstellen Sie neue Codes, bevor Sie den letzten brauchen.',
      'Wenn Sie das nicht waren, ändern Sie sofort Ihr Passwort und erstellen Sie neue Codes.',
    ],
  },
  'wrong-factor': {
    subject: (service) => `Ihre Identität bei ${service} konnte nicht bestätigt werden`,
    event: (service) =>
      `Jemand, der das Passwort Ihres Kontos bei ${service} kennt oder ein Gerät benutzt, auf dem Sie angemeldet sind, konnte nicht bestätigen, dass er Sie ist.`,
    advice: ['Wenn Sie das waren, müssen Sie nichts tun.', 'Wenn nicht, ändern Sie Ihr Passwort: Jemand anderes kennt es.'],
  },
};

export const factorTexts = { english, spanish, french, german };
