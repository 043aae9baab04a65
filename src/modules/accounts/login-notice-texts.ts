/** The wording of the notices about logins and their codes, one object per language. */
import type { NoticeText } from '../../delivery/notice-text.ts';

type LoginNotice = 'account-exists' | 'new-device' | 'wrong-code' | 'codes-blocked' | 'password-locked';

type LoginTexts = Readonly<Record<LoginNotice, NoticeText>>;

const english: LoginTexts = {
  'account-exists': {
    subject: (service) => `You already have a ${service} account`,
    event: (service) =>
      `Someone tried to use this address for another ${service} account. This address already belongs to an account, so no code was sent.`,
    advice: [
      'If this was you, log in to your existing account.',
      'If this wasn’t you, you don’t need to do anything: your account is unchanged.',
    ],
  },
  'new-device': {
    subject: (service) => `New device for your ${service} account`,
    event: (service) =>
      `Someone logged in to your ${service} account on the device named below and chose to trust it. It no longer needs a code.`,
    advice: [
      'If this was you, you don’t need to do anything.',
      'If this wasn’t you, change your password now and remove the device from your trusted devices.',
    ],
  },
  'wrong-code': {
    subject: (service) => `Wrong code for your ${service} account`,
    event: (service) => `Someone entered the password of your ${service} account, and then a wrong verification code.`,
    advice: [
      'If you mistyped the code, you don’t need to do anything.',
      'If this wasn’t you, change your password: someone else knows it.',
    ],
  },
  'codes-blocked': {
    subject: (service) => `Codes for your ${service} account are temporarily blocked`,
    event: (service) =>
      `Someone entered the password of your ${service} account, and then many wrong verification codes. Codes are not accepted for a while. Your trusted devices don’t need one.`,
    advice: ['If this was you, try again later.', 'If this wasn’t you, change your password: someone else knows it.'],
  },
  'password-locked': {
    subject: (service) => `Your ${service} account is locked`,
    event: (service) =>
      `Someone entered many wrong passwords for your ${service} account. Passwords are no longer accepted from places where you have not logged in recently.`,
    advice: [
      'Your trusted devices, and places where you logged in recently, are not affected.',
      'The page works once and removes only the lock. If this wasn’t you, you don’t need to do anything else: no one got in.',
    ],
    link: 'To unlock your account, open this page and press the button:',
  },
};

const spanish: LoginTexts = {
  'account-exists': {
    subject: (service) => `Ya tiene una cuenta de ${service}`,
    event: (service) =>
      `Alguien ha intentado usar esta dirección para otra cuenta de ${service}. La dirección ya tiene una, por lo que no se ha enviado ningún código.`,
    advice: ['Si ha sido usted, inicie sesión en su cuenta.', 'Si no ha sido usted, no tiene que hacer nada: su cuenta sigue como estaba.'],
  },
  'new-device': {
    subject: (service) => `Un dispositivo nuevo en su cuenta de ${service}`,
    event: (service) =>
      `Se ha iniciado sesión en su cuenta de ${service} en el dispositivo que se indica a continuación y se ha marcado como de confianza: ya no necesita código.`,
    advice: [
      'Si ha sido usted, no tiene que hacer nada.',
      'Si no ha sido usted, cambie ahora su contraseña y elimínelo de sus dispositivos de confianza.',
    ],
  },
  'wrong-code': {
    subject: (service) => `Un código incorrecto para su cuenta de ${service}`,
    event: (service) => `Alguien ha introducido la contraseña de su cuenta de ${service} y después un código de verificación incorrecto.`,
    advice: [
      'Si se ha equivocado al escribirlo, no tiene que hacer nada.',
      'Si no ha sido usted, cambie su contraseña: otra persona la conoce.',
    ],
  },
  'codes-blocked': {
    subject: (service) => `Los códigos de su cuenta de ${service} están bloqueados temporalmente`,
    event: (service) =>
      `Alguien ha introducido la contraseña de su cuenta de ${service} y después muchos códigos de verificación incorrectos. Por un tiempo no se aceptan códigos. Sus dispositivos de confianza no los necesitan.`,
    advice: ['Si ha sido usted, inténtelo más tarde.', 'Si no ha sido usted, cambie su contraseña: otra persona la conoce.'],
  },
  'password-locked': {
    subject: (service) => `Su cuenta de ${service} está bloqueada`,
    event: (service) =>
      `Alguien ha introducido muchas contraseñas incorrectas para su cuenta de ${service}. Desde lugares donde no ha iniciado sesión últimamente ya no se acepta ninguna contraseña.`,
    advice: [
      'Sus dispositivos de confianza y los lugares donde ha iniciado sesión últimamente no se ven afectados.',
      'La página funciona una sola vez y solo quita el bloqueo. Si no ha sido usted, no tiene que hacer nada más: nadie ha entrado.',
    ],
    link: 'Para desbloquear su cuenta, abra esta página y pulse el botón:',
  },
};

const french: LoginTexts = {
  'account-exists': {
    subject: (service) => `Vous avez déjà un compte ${service}`,
    event: (service) =>
      `Quelqu’un a essayé d’utiliser cette adresse pour un autre compte ${service}. Elle en a déjà un : aucun code n’a été envoyé.`,
    advice: ['Si c’était vous, connectez-vous à votre compte existant.', 'Sinon, vous n’avez rien à faire : votre compte est inchangé.'],
  },
  'new-device': {
    subject: (service) => `Un nouvel appareil pour votre compte ${service}`,
    event: (service) =>
      `Quelqu’un s’est connecté à votre compte ${service} sur l’appareil indiqué ci-dessous et l’a ajouté aux appareils de confiance : il n’a plus besoin de code.`,
    advice: [
      'Si c’était vous, vous n’avez rien à faire.',
      'Sinon, changez votre mot de passe immédiatement et retirez cet appareil de vos appareils de confiance.',
    ],
  },
  'wrong-code': {
    subject: (service) => `Un code erroné pour votre compte ${service}`,
    event: (service) => `Quelqu’un a saisi le mot de passe de votre compte ${service}, puis un code de vérification erroné.`,
    advice: [
      'Si vous avez fait une faute de frappe, vous n’avez rien à faire.',
      'Sinon, changez votre mot de passe : quelqu’un d’autre le connaît.',
    ],
  },
  'codes-blocked': {
    subject: (service) => `Les codes de votre compte ${service} sont temporairement bloqués`,
    event: (service) =>
      `Quelqu’un a saisi le mot de passe de votre compte ${service}, puis de nombreux codes de vérification erronés. Les codes ne sont temporairement plus acceptés. Vos appareils de confiance n’en ont pas besoin.`,
    advice: ['Si c’était vous, réessayez plus tard.', 'Sinon, changez votre mot de passe : quelqu’un d’autre le connaît.'],
  },
  'password-locked': {
    subject: (service) => `Votre compte ${service} est bloqué`,
    event: (service) =>
      `Quelqu’un a saisi de nombreux mots de passe erronés pour votre compte ${service}. Depuis les lieux où vous ne vous êtes pas connecté récemment, plus aucun mot de passe n’est accepté.`,
    advice: [
      'Vos appareils de confiance et les lieux où vous vous êtes connecté récemment ne sont pas concernés.',
      'La page ne fonctionne qu’une fois et lève uniquement le blocage. Si ce n’était pas vous, vous n’avez rien d’autre à faire : personne n’a eu accès à votre compte.',
    ],
    link: 'Pour débloquer votre compte, ouvrez cette page et cliquez sur le bouton :',
  },
};

const german: LoginTexts = {
  'account-exists': {
    subject: (service) => `Sie haben bereits ein Konto bei ${service}`,
    event: (service) =>
      `Jemand wollte diese Adresse für ein weiteres Konto bei ${service} verwenden. Sie gehört bereits zu einem Konto, daher wurde kein Code verschickt.`,
    advice: ['Wenn Sie das waren, melden Sie sich mit Ihrem Konto an.', 'Wenn nicht, müssen Sie nichts tun: Ihr Konto ist unverändert.'],
  },
  'new-device': {
    subject: (service) => `Neues Gerät für Ihr Konto bei ${service}`,
    event: (service) =>
      `Jemand hat sich auf dem unten genannten Gerät bei Ihrem Konto bei ${service} angemeldet und das Gerät als vertrauenswürdig eingestuft. Es braucht keinen Code mehr.`,
    advice: [
      'Wenn Sie das waren, müssen Sie nichts tun.',
      'Wenn nicht, ändern Sie sofort Ihr Passwort und entfernen Sie das Gerät aus Ihren vertrauenswürdigen Geräten.',
    ],
  },
  'wrong-code': {
    subject: (service) => `Falscher Code für Ihr Konto bei ${service}`,
    event: (service) => `Jemand hat das Passwort Ihres Kontos bei ${service} eingegeben und danach einen falschen Bestätigungscode.`,
    advice: ['Wenn Sie sich vertippt haben, müssen Sie nichts tun.', 'Wenn nicht, ändern Sie Ihr Passwort: Jemand anderes kennt es.'],
  },
  'codes-blocked': {
    subject: (service) => `Codes für Ihr Konto bei ${service} sind vorübergehend gesperrt`,
    event: (service) =>
      `Jemand hat das Passwort Ihres Kontos bei ${service} eingegeben und danach viele falsche Bestätigungscodes. Vorübergehend wird kein Code angenommen. Ihre vertrauenswürdigen Geräte brauchen keinen.`,
    advice: ['Wenn Sie das waren, versuchen Sie es später erneut.', 'Wenn nicht, ändern Sie Ihr Passwort: Jemand anderes kennt es.'],
  },
  'password-locked': {
    subject: (service) => `Ihr Konto bei ${service} ist gesperrt`,
    event: (service) =>
      `Jemand hat viele falsche Passwörter für Ihr Konto bei ${service} eingegeben. Von Orten, an denen Sie sich in letzter Zeit nicht angemeldet haben, wird kein Passwort mehr angenommen.`,
    advice: [
      'Ihre vertrauenswürdigen Geräte und Orte, an denen Sie sich in letzter Zeit angemeldet haben, sind nicht betroffen.',
      'Die Seite funktioniert einmal und hebt nur die Sperre auf. Wenn Sie das nicht waren, müssen Sie sonst nichts tun: Niemand hat Zugang erhalten.',
    ],
    link: 'Öffnen Sie zum Entsperren diese Seite und klicken Sie auf die Schaltfläche:',
  },
};

export const loginTexts = { english, spanish, french, german };
