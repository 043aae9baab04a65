/** The wording of the notices about logins and their codes, one object per language. */
import type { NoticeText } from '../../delivery/notice-text.ts';

type LoginNotice = 'account-exists' | 'new-device' | 'wrong-code' | 'codes-blocked' | 'password-locked';

type LoginTexts = Readonly<Record<LoginNotice, NoticeText>>;

const english: LoginTexts = {
  'account-exists': {
    subject: (service) => `You have a ${service} account already`,
    event: (service) => `Somebody wanted to use this address for another ${service} account; it has one already. No code was sent.`,
    advice: [
      'If that was you, log in with the account that you have.',
      'If it was not you, there is nothing to do: your account is as it was.',
    ],
  },
  'new-device': {
    subject: (service) => `A new device for your ${service} account`,
    event: (service) =>
      `Somebody logged in to your ${service} account on the device named below and trusts it from now on: it needs no code.`,
    advice: [
      'If that was you, there is nothing to do.',
      'If it was not you, change your password now and remove the device from those that you trust.',
    ],
  },
  'wrong-code': {
    subject: (service) => `A wrong code for your ${service} account`,
    event: (service) => `Somebody entered the password of your ${service} account, and then a wrong verification code.`,
    advice: ['If you mistyped it, there is nothing to do.', 'If it was not you, change your password: somebody knows it.'],
  },
  'codes-blocked': {
    subject: (service) => `Codes for your ${service} account are refused for a while`,
    event: (service) =>
      `Somebody entered the password of your ${service} account, and then many wrong verification codes. No code is taken for a while; devices that you trust get in without one.`,
    advice: ['If that was you, try again later.', 'If it was not you, change your password: somebody knows it.'],
  },
  'password-locked': {
    subject: (service) => `Your ${service} account is locked`,
    event: (service) =>
      `Somebody entered many wrong passwords for your ${service} account. From places that you have not logged in from lately, no password is accepted any more.`,
    advice: [
      'Devices that you trust, and places that you logged in from lately, are not affected.',
      'The page can be used once, and changes nothing but the lock. If it was not you, there is nothing else to do: nobody got in.',
    ],
    link: 'To unlock it, open this page and press its button:',
  },
};

const spanish: LoginTexts = {
  'account-exists': {
    subject: (service) => `Ya tiene una cuenta de ${service}`,
    event: (service) =>
      `Alguien ha querido usar esta dirección para otra cuenta de ${service}; ya tiene una. No se ha enviado ningún código.`,
    advice: [
      'Si ha sido usted, inicie sesión con la cuenta que tiene.',
      'Si no ha sido usted, no tiene que hacer nada: su cuenta sigue como estaba.',
    ],
  },
  'new-device': {
    subject: (service) => `Un dispositivo nuevo en su cuenta de ${service}`,
    event: (service) =>
      `Se ha iniciado sesión en su cuenta de ${service} en el dispositivo que se indica a continuación, que desde ahora es de confianza: no necesita código.`,
    advice: [
      'Si ha sido usted, no tiene que hacer nada.',
      'Si no ha sido usted, cambie ahora su contraseña y quite ese dispositivo de los que son de confianza.',
    ],
  },
  'wrong-code': {
    subject: (service) => `Un código incorrecto para su cuenta de ${service}`,
    event: (service) => `Alguien ha introducido la contraseña de su cuenta de ${service} y después un código de verificación incorrecto.`,
    advice: [
      'Si se ha equivocado al escribirlo, no tiene que hacer nada.',
      'Si no ha sido usted, cambie su contraseña: alguien la conoce.',
    ],
  },
  'codes-blocked': {
    subject: (service) => `Los códigos de su cuenta de ${service} se rechazan por un tiempo`,
    event: (service) =>
      `Alguien ha introducido la contraseña de su cuenta de ${service} y después muchos códigos de verificación incorrectos. Por un tiempo no se acepta ningún código; los dispositivos de confianza no lo necesitan.`,
    advice: ['Si ha sido usted, inténtelo más tarde.', 'Si no ha sido usted, cambie su contraseña: alguien la conoce.'],
  },
  'password-locked': {
    subject: (service) => `Su cuenta de ${service} está bloqueada`,
    event: (service) =>
      `Alguien ha introducido muchas contraseñas incorrectas para su cuenta de ${service}. Desde lugares donde no ha iniciado sesión últimamente ya no se acepta ninguna contraseña.`,
    advice: [
      'Sus dispositivos de confianza y los lugares donde ha iniciado sesión últimamente no se ven afectados.',
      'La página solo puede usarse una vez y no cambia nada más que el bloqueo. Si no ha sido usted, no tiene que hacer nada más: nadie ha entrado.',
    ],
    link: 'Para desbloquearla, abra esta página y pulse su botón:',
  },
};

const french: LoginTexts = {
  'account-exists': {
    subject: (service) => `Vous avez déjà un compte ${service}`,
    event: (service) =>
      `Quelqu’un a voulu utiliser cette adresse pour un autre compte ${service} ; elle en a déjà un. Aucun code n’a été envoyé.`,
    advice: [
      'Si c’était vous, connectez-vous avec le compte que vous avez.',
      'Si ce n’était pas vous, il n’y a rien à faire : votre compte est inchangé.',
    ],
  },
  'new-device': {
    subject: (service) => `Un nouvel appareil pour votre compte ${service}`,
    event: (service) =>
      `Quelqu’un s’est connecté à votre compte ${service} sur l’appareil indiqué ci-dessous, qui est désormais de confiance : il n’a pas besoin de code.`,
    advice: [
      'Si c’était vous, il n’y a rien à faire.',
      'Si ce n’était pas vous, changez votre mot de passe maintenant et retirez cet appareil de vos appareils de confiance.',
    ],
  },
  'wrong-code': {
    subject: (service) => `Un code erroné pour votre compte ${service}`,
    event: (service) => `Quelqu’un a saisi le mot de passe de votre compte ${service}, puis un code de vérification erroné.`,
    advice: [
      'Si vous avez fait une faute de frappe, il n’y a rien à faire.',
      'Si ce n’était pas vous, changez votre mot de passe : quelqu’un le connaît.',
    ],
  },
  'codes-blocked': {
    subject: (service) => `Les codes de votre compte ${service} sont refusés pour un moment`,
    event: (service) =>
      `Quelqu’un a saisi le mot de passe de votre compte ${service}, puis de nombreux codes de vérification erronés. Aucun code n’est accepté pour un moment ; vos appareils de confiance n’en ont pas besoin.`,
    advice: ['Si c’était vous, réessayez plus tard.', 'Si ce n’était pas vous, changez votre mot de passe : quelqu’un le connaît.'],
  },
  'password-locked': {
    subject: (service) => `Votre compte ${service} est bloqué`,
    event: (service) =>
      `Quelqu’un a saisi de nombreux mots de passe erronés pour votre compte ${service}. Depuis les lieux où vous ne vous êtes pas connecté récemment, plus aucun mot de passe n’est accepté.`,
    advice: [
      'Vos appareils de confiance et les lieux où vous vous êtes connecté récemment ne sont pas concernés.',
      'La page ne sert qu’une fois et ne change rien d’autre que le blocage. Si ce n’était pas vous, il n’y a rien d’autre à faire : personne n’est entré.',
    ],
    link: 'Pour le débloquer, ouvrez cette page et appuyez sur son bouton :',
  },
};

const german: LoginTexts = {
  'account-exists': {
    subject: (service) => `Sie haben schon ein Konto bei ${service}`,
    event: (service) =>
      `Jemand wollte diese Adresse für ein anderes Konto bei ${service} verwenden; sie hat schon eines. Es wurde kein Code verschickt.`,
    advice: ['Wenn Sie das waren, melden Sie sich mit Ihrem Konto an.', 'Wenn nicht, ist nichts zu tun: Ihr Konto ist, wie es war.'],
  },
  'new-device': {
    subject: (service) => `Ein neues Gerät für Ihr Konto bei ${service}`,
    event: (service) =>
      `Jemand hat sich auf dem unten genannten Gerät bei Ihrem Konto bei ${service} angemeldet und vertraut ihm von nun an: Es braucht keinen Code.`,
    advice: [
      'Wenn Sie das waren, ist nichts zu tun.',
      'Wenn nicht, ändern Sie jetzt Ihr Passwort und entfernen Sie das Gerät aus den vertrauten Geräten.',
    ],
  },
  'wrong-code': {
    subject: (service) => `Ein falscher Code für Ihr Konto bei ${service}`,
    event: (service) => `Jemand hat das Passwort Ihres Kontos bei ${service} eingegeben und danach einen falschen Bestätigungscode.`,
    advice: ['Wenn Sie sich vertippt haben, ist nichts zu tun.', 'Wenn Sie das nicht waren, ändern Sie Ihr Passwort: Jemand kennt es.'],
  },
  'codes-blocked': {
    subject: (service) => `Codes für Ihr Konto bei ${service} werden eine Zeit lang abgelehnt`,
    event: (service) =>
      `Jemand hat das Passwort Ihres Kontos bei ${service} eingegeben und danach viele falsche Bestätigungscodes. Eine Zeit lang wird kein Code angenommen; vertraute Geräte brauchen keinen.`,
    advice: ['Wenn Sie das waren, versuchen Sie es später erneut.', 'Wenn nicht, ändern Sie Ihr Passwort: Jemand kennt es.'],
  },
  'password-locked': {
    subject: (service) => `Ihr Konto bei ${service} ist gesperrt`,
    event: (service) =>
      `Jemand hat viele falsche Passwörter für Ihr Konto bei ${service} eingegeben. Von Orten, an denen Sie sich zuletzt nicht angemeldet haben, wird kein Passwort mehr angenommen.`,
    advice: [
      'Vertraute Geräte und Orte, an denen Sie sich zuletzt angemeldet haben, sind nicht betroffen.',
      'Die Seite gilt einmal und ändert nichts als die Sperre. Wenn Sie das nicht waren, ist sonst nichts zu tun: Niemand ist hineingekommen.',
    ],
    link: 'Zum Entsperren öffnen Sie diese Seite und drücken Sie den Knopf darauf:',
  },
};

export const loginTexts = { english, spanish, french, german };
