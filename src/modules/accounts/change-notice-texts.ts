/** The wording of the notices about changes of an account, one object per language. */
import type { NoticeText } from '../../delivery/notice-text.ts';

type ChangeNotice = 'email-changed' | 'phone-changed' | 'password-changed' | 'link-removed';

export type ChangeTexts = Readonly<Record<ChangeNotice, NoticeText>>;

const english: ChangeTexts = {
  'email-changed': {
    subject: (service) => `Your ${service} account has another email address`,
    event: (service) => `The email address of your ${service} account was changed. Messages go to the new address from now on.`,
    advice: ['If that was you, there is nothing to do.', 'If it was not you, get help now: somebody can use your account.'],
  },
  'phone-changed': {
    subject: (service) => `Your ${service} account has another telephone number`,
    event: (service) => `The telephone number of your ${service} account was changed. Codes go to the new number from now on.`,
    advice: ['If that was you, there is nothing to do.', 'If it was not you, get help now: somebody can use your account.'],
  },
  'password-changed': {
    subject: (service) => `Your ${service} account has another password`,
    event: (service) =>
      `The password of your ${service} account was changed. Everybody else who was logged in is logged out, and no device is trusted any more.`,
    advice: ['If that was you, there is nothing to do.', 'If it was not you, get help now: somebody can use your account.'],
  },
  'link-removed': {
    subject: (service) => `An account was unlinked from your ${service} account`,
    event: (service) => `An account elsewhere is no longer linked to your ${service} account.`,
    advice: ['If that was you, there is nothing to do.', 'If it was not you, get help now: somebody can use your account.'],
  },
};

const spanish: ChangeTexts = {
  'email-changed': {
    subject: (service) => `Su cuenta de ${service} tiene otra dirección de correo`,
    event: (service) => `Se ha cambiado la dirección de correo de su cuenta de ${service}. Desde ahora los mensajes van a la nueva.`,
    advice: ['Si ha sido usted, no tiene que hacer nada.', 'Si no ha sido usted, pida ayuda ahora: alguien puede usar su cuenta.'],
  },
  'phone-changed': {
    subject: (service) => `Su cuenta de ${service} tiene otro número de teléfono`,
    event: (service) => `Se ha cambiado el número de teléfono de su cuenta de ${service}. Desde ahora los códigos van al nuevo.`,
    advice: ['Si ha sido usted, no tiene que hacer nada.', 'Si no ha sido usted, pida ayuda ahora: alguien puede usar su cuenta.'],
  },
  'password-changed': {
    subject: (service) => `Su cuenta de ${service} tiene otra contraseña`,
    event: (service) =>
      `Se ha cambiado la contraseña de su cuenta de ${service}. Las demás sesiones se han cerrado y ningún dispositivo es ya de confianza.`,
    advice: ['Si ha sido usted, no tiene que hacer nada.', 'Si no ha sido usted, pida ayuda ahora: alguien puede usar su cuenta.'],
  },
  'link-removed': {
    subject: (service) => `Se ha desvinculado una cuenta de su cuenta de ${service}`,
    event: (service) => `Una cuenta de otro servicio ya no está vinculada a su cuenta de ${service}.`,
    advice: ['Si ha sido usted, no tiene que hacer nada.', 'Si no ha sido usted, pida ayuda ahora: alguien puede usar su cuenta.'],
  },
};

const french: ChangeTexts = {
  'email-changed': {
    subject: (service) => `Votre compte ${service} a une autre adresse e-mail`,
    event: (service) => `L’adresse e-mail de votre compte ${service} a été changée. Les messages vont désormais à la nouvelle adresse.`,
    advice: ['Si c’était vous, il n’y a rien à faire.', 'Sinon, demandez de l’aide maintenant : quelqu’un peut utiliser votre compte.'],
  },
  'phone-changed': {
    subject: (service) => `Votre compte ${service} a un autre numéro de téléphone`,
    event: (service) => `Le numéro de téléphone de votre compte ${service} a été changé. Les codes vont désormais au nouveau numéro.`,
    advice: ['Si c’était vous, il n’y a rien à faire.', 'Sinon, demandez de l’aide maintenant : quelqu’un peut utiliser votre compte.'],
  },
  'password-changed': {
    subject: (service) => `Votre compte ${service} a un autre mot de passe`,
    event: (service) =>
      `Le mot de passe de votre compte ${service} a été changé. Toutes les autres connexions sont fermées, et aucun appareil n’est plus de confiance.`,
    advice: ['Si c’était vous, il n’y a rien à faire.', 'Sinon, demandez de l’aide maintenant : quelqu’un peut utiliser votre compte.'],
  },
  'link-removed': {
    subject: (service) => `Un compte a été dissocié de votre compte ${service}`,
    event: (service) => `Un compte d’un autre service n’est plus lié à votre compte ${service}.`,
    advice: ['Si c’était vous, il n’y a rien à faire.', 'Sinon, demandez de l’aide maintenant : quelqu’un peut utiliser votre compte.'],
  },
};

const german: ChangeTexts = {
  'email-changed': {
    subject: (service) => `Ihr Konto bei ${service} hat eine andere E-Mail-Adresse`,
    event: (service) => `Die E-Mail-Adresse Ihres Kontos bei ${service} wurde geändert. Nachrichten gehen von nun an an die neue Adresse.`,
    advice: ['Wenn Sie das waren, ist nichts zu tun.', 'Wenn nicht, holen Sie jetzt Hilfe: Jemand kann Ihr Konto benutzen.'],
  },
  'phone-changed': {
    subject: (service) => `Ihr Konto bei ${service} hat eine andere Telefonnummer`,
    event: (service) => `Die Telefonnummer Ihres Kontos bei ${service} wurde geändert. Codes gehen von nun an an die neue Nummer.`,
    advice: ['Wenn Sie das waren, ist nichts zu tun.', 'Wenn nicht, holen Sie jetzt Hilfe: Jemand kann Ihr Konto benutzen.'],
  },
  'password-changed': {
    subject: (service) => `Ihr Konto bei ${service} hat ein anderes Passwort`,
    event: (service) =>
      `Das Passwort Ihres Kontos bei ${service} wurde geändert. Alle anderen Anmeldungen sind beendet, und keinem Gerät wird mehr vertraut.`,
    advice: ['Wenn Sie das waren, ist nichts zu tun.', 'Wenn nicht, holen Sie jetzt Hilfe: Jemand kann Ihr Konto benutzen.'],
  },
  'link-removed': {
    subject: (service) => `Eine Verknüpfung mit Ihrem Konto bei ${service} wurde entfernt`,
    event: (service) => `Ein Konto bei einem anderen Dienst ist nicht mehr mit Ihrem Konto bei ${service} verknüpft.`,
    advice: ['Wenn Sie das waren, ist nichts zu tun.', 'Wenn nicht, holen Sie jetzt Hilfe: Jemand kann Ihr Konto benutzen.'],
  },
};

export const changeTexts = { english, spanish, french, german };
