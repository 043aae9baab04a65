/** The wording of the notices about changes of an account, one object per language. */
import type { NoticeText } from '../../delivery/notice-text.ts';

type ChangeNotice = 'email-changed' | 'phone-changed' | 'password-changed' | 'link-removed';

export type ChangeTexts = Readonly<Record<ChangeNotice, NoticeText>>;

const english: ChangeTexts = {
  'email-changed': {
    subject: (service) => `The email address of your ${service} account was changed`,
    event: (service) => `The email address of your ${service} account was changed. From now on, messages go to the new address.`,
    advice: ['If this was you, you don’t need to do anything.', 'If this wasn’t you, get help now: someone else can use your account.'],
  },
  'phone-changed': {
    subject: (service) => `The phone number of your ${service} account was changed`,
    event: (service) => `The phone number of your ${service} account was changed. From now on, codes go to the new number.`,
    advice: ['If this was you, you don’t need to do anything.', 'If this wasn’t you, get help now: someone else can use your account.'],
  },
  'password-changed': {
    subject: (service) => `Your ${service} password was changed`,
    event: (service) =>
      `The password of your ${service} account was changed. All other logins were ended, and your trusted devices were removed.`,
    advice: ['If this was you, you don’t need to do anything.', 'If this wasn’t you, get help now: someone else can use your account.'],
  },
  'link-removed': {
    subject: (service) => `An account was unlinked from your ${service} account`,
    event: (service) => `An account at another service is no longer linked to your ${service} account.`,
    advice: ['If this was you, you don’t need to do anything.', 'If this wasn’t you, get help now: someone else can use your account.'],
  },
};

const spanish: ChangeTexts = {
  'email-changed': {
    subject: (service) => `Se ha cambiado la dirección de correo de su cuenta de ${service}`,
    event: (service) =>
      `Se ha cambiado la dirección de correo de su cuenta de ${service}. A partir de ahora, los mensajes se envían a la nueva dirección.`,
    advice: ['Si ha sido usted, no tiene que hacer nada.', 'Si no ha sido usted, pida ayuda ahora: otra persona puede usar su cuenta.'],
  },
  'phone-changed': {
    subject: (service) => `Se ha cambiado el número de teléfono de su cuenta de ${service}`,
    event: (service) =>
      `Se ha cambiado el número de teléfono de su cuenta de ${service}. A partir de ahora, los códigos se envían al nuevo número.`,
    advice: ['Si ha sido usted, no tiene que hacer nada.', 'Si no ha sido usted, pida ayuda ahora: otra persona puede usar su cuenta.'],
  },
  'password-changed': {
    subject: (service) => `Se ha cambiado su contraseña de ${service}`,
    event: (service) =>
      `Se ha cambiado la contraseña de su cuenta de ${service}. Se han cerrado las demás sesiones y se han eliminado sus dispositivos de confianza.`,
    advice: ['Si ha sido usted, no tiene que hacer nada.', 'Si no ha sido usted, pida ayuda ahora: otra persona puede usar su cuenta.'],
  },
  'link-removed': {
    subject: (service) => `Se ha desvinculado una cuenta de su cuenta de ${service}`,
    event: (service) => `Una cuenta de otro servicio ya no está vinculada a su cuenta de ${service}.`,
    advice: ['Si ha sido usted, no tiene que hacer nada.', 'Si no ha sido usted, pida ayuda ahora: otra persona puede usar su cuenta.'],
  },
};

const french: ChangeTexts = {
  'email-changed': {
    subject: (service) => `L’adresse e-mail de votre compte ${service} a été modifiée`,
    event: (service) =>
      `L’adresse e-mail de votre compte ${service} a été modifiée. Les messages sont désormais envoyés à la nouvelle adresse.`,
    advice: [
      'Si c’était vous, vous n’avez rien à faire.',
      'Sinon, demandez de l’aide immédiatement : quelqu’un d’autre peut utiliser votre compte.',
    ],
  },
  'phone-changed': {
    subject: (service) => `Le numéro de téléphone de votre compte ${service} a été modifié`,
    event: (service) =>
      `Le numéro de téléphone de votre compte ${service} a été modifié. Les codes sont désormais envoyés au nouveau numéro.`,
    advice: [
      'Si c’était vous, vous n’avez rien à faire.',
      'Sinon, demandez de l’aide immédiatement : quelqu’un d’autre peut utiliser votre compte.',
    ],
  },
  'password-changed': {
    subject: (service) => `Votre mot de passe ${service} a été modifié`,
    event: (service) =>
      `Le mot de passe de votre compte ${service} a été modifié. Toutes les autres sessions ont été fermées et vos appareils de confiance ont été supprimés.`,
    advice: [
      'Si c’était vous, vous n’avez rien à faire.',
      'Sinon, demandez de l’aide immédiatement : quelqu’un d’autre peut utiliser votre compte.',
    ],
  },
  'link-removed': {
    subject: (service) => `Un compte a été dissocié de votre compte ${service}`,
    event: (service) => `Un compte d’un autre service n’est plus lié à votre compte ${service}.`,
    advice: [
      'Si c’était vous, vous n’avez rien à faire.',
      'Sinon, demandez de l’aide immédiatement : quelqu’un d’autre peut utiliser votre compte.',
    ],
  },
};

const german: ChangeTexts = {
  'email-changed': {
    subject: (service) => `Die E-Mail-Adresse Ihres Kontos bei ${service} wurde geändert`,
    event: (service) => `Die E-Mail-Adresse Ihres Kontos bei ${service} wurde geändert. Nachrichten gehen ab jetzt an die neue Adresse.`,
    advice: ['Wenn Sie das waren, müssen Sie nichts tun.', 'Wenn nicht, holen Sie sofort Hilfe: Jemand anderes kann Ihr Konto nutzen.'],
  },
  'phone-changed': {
    subject: (service) => `Die Telefonnummer Ihres Kontos bei ${service} wurde geändert`,
    event: (service) => `Die Telefonnummer Ihres Kontos bei ${service} wurde geändert. Codes gehen ab jetzt an die neue Nummer.`,
    advice: ['Wenn Sie das waren, müssen Sie nichts tun.', 'Wenn nicht, holen Sie sofort Hilfe: Jemand anderes kann Ihr Konto nutzen.'],
  },
  'password-changed': {
    subject: (service) => `Ihr Passwort für ${service} wurde geändert`,
    event: (service) =>
      `Das Passwort Ihres Kontos bei ${service} wurde geändert. Alle anderen Anmeldungen wurden beendet, und Ihre vertrauenswürdigen Geräte wurden entfernt.`,
    advice: ['Wenn Sie das waren, müssen Sie nichts tun.', 'Wenn nicht, holen Sie sofort Hilfe: Jemand anderes kann Ihr Konto nutzen.'],
  },
  'link-removed': {
    subject: (service) => `Eine Verknüpfung mit Ihrem Konto bei ${service} wurde entfernt`,
    event: (service) => `Ein Konto bei einem anderen Dienst ist nicht mehr mit Ihrem Konto bei ${service} verknüpft.`,
    advice: ['Wenn Sie das waren, müssen Sie nichts tun.', 'Wenn nicht, holen Sie sofort Hilfe: Jemand anderes kann Ihr Konto nutzen.'],
  },
};

export const changeTexts = { english, spanish, french, german };
