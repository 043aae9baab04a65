/** The wording of the notices about support, one object per language: what an agent asked, was granted, and lost again. */
import type { NoticeText } from '../../delivery/notice-text.ts';

type SupportNotice = 'support-requested' | 'support-granted' | 'support-ended';

type SupportTexts = Readonly<Record<SupportNotice, NoticeText>>;

const english: SupportTexts = {
  'support-requested': {
    subject: (service) => `${service} support asks to see your account`,
    event: (service) =>
      `An agent of ${service} support asks to see the personal details of your account. Nobody sees them unless you grant it.`,
    advice: [
      'If you asked for help, grant access in your account, for as long as you like.',
      'If you did not, deny it there, or do nothing: then nothing is shown.',
    ],
  },
  'support-granted': {
    subject: (service) => `${service} support can see your account now`,
    event: (service) => `An agent of ${service} support can see the personal details of your account from now on, because it was granted.`,
    advice: [
      'It ends by itself. You can end it at any time, and see each look, in your account.',
      'If it was not you who granted it, end it there now and change your password.',
    ],
  },
  'support-ended': {
    subject: (service) => `${service} support can no longer see your account`,
    event: (service) => `The agent of ${service} support no longer sees the personal details of your account.`,
    advice: ['When they were looked at stands in your account. There is nothing to do.'],
  },
};

const spanish: SupportTexts = {
  'support-requested': {
    subject: (service) => `El soporte de ${service} pide ver su cuenta`,
    event: (service) =>
      `Un agente del soporte de ${service} pide ver los datos personales de su cuenta. Nadie los ve si usted no lo autoriza.`,
    advice: [
      'Si ha pedido ayuda, autorice el acceso en su cuenta durante el tiempo que quiera.',
      'Si no la ha pedido, rechácelo allí o no haga nada: no se mostrará nada.',
    ],
  },
  'support-granted': {
    subject: (service) => `El soporte de ${service} puede ver ahora su cuenta`,
    event: (service) =>
      `Un agente del soporte de ${service} puede ver desde ahora los datos personales de su cuenta, porque se ha autorizado.`,
    advice: [
      'Termina por sí solo. En su cuenta puede terminarlo en cualquier momento y ver cada consulta.',
      'Si no lo ha autorizado usted, termínelo allí ahora y cambie su contraseña.',
    ],
  },
  'support-ended': {
    subject: (service) => `El soporte de ${service} ya no puede ver su cuenta`,
    event: (service) => `El agente del soporte de ${service} ya no ve los datos personales de su cuenta.`,
    advice: ['En su cuenta consta cuándo se consultaron. No tiene que hacer nada.'],
  },
};

const french: SupportTexts = {
  'support-requested': {
    subject: (service) => `Le support de ${service} demande à voir votre compte`,
    event: (service) =>
      `Un agent du support de ${service} demande à voir les données personnelles de votre compte. Personne ne les voit sans votre accord.`,
    advice: [
      'Si vous avez demandé de l’aide, donnez votre accord dans votre compte, pour la durée de votre choix.',
      'Sinon, refusez-le au même endroit ou ne faites rien : rien ne sera montré.',
    ],
  },
  'support-granted': {
    subject: (service) => `Le support de ${service} peut maintenant voir votre compte`,
    event: (service) =>
      `Un agent du support de ${service} peut désormais voir les données personnelles de votre compte, parce que l’accord a été donné.`,
    advice: [
      'Cela prend fin tout seul. Dans votre compte, vous pouvez y mettre fin à tout moment et voir chaque consultation.',
      'Si ce n’est pas vous qui avez donné l’accord, mettez-y fin maintenant et changez votre mot de passe.',
    ],
  },
  'support-ended': {
    subject: (service) => `Le support de ${service} ne peut plus voir votre compte`,
    event: (service) => `L’agent du support de ${service} ne voit plus les données personnelles de votre compte.`,
    advice: ['Votre compte indique quand elles ont été consultées. Il n’y a rien à faire.'],
  },
};

const german: SupportTexts = {
  'support-requested': {
    subject: (service) => `Der Support von ${service} möchte Ihr Konto einsehen`,
    event: (service) =>
      `Jemand vom Support von ${service} möchte die persönlichen Angaben Ihres Kontos sehen. Niemand sieht sie, wenn Sie es nicht erlauben.`,
    advice: [
      'Wenn Sie um Hilfe gebeten haben, erlauben Sie den Zugriff in Ihrem Konto, so lange Sie möchten.',
      'Wenn nicht, lehnen Sie dort ab oder tun Sie nichts: Dann wird nichts gezeigt.',
    ],
  },
  'support-granted': {
    subject: (service) => `Der Support von ${service} kann jetzt Ihr Konto einsehen`,
    event: (service) =>
      `Jemand vom Support von ${service} kann von nun an die persönlichen Angaben Ihres Kontos sehen, weil es erlaubt wurde.`,
    advice: [
      'Das endet von selbst. In Ihrem Konto können Sie es jederzeit beenden und sehen, wann hineingesehen wurde.',
      'Wenn nicht Sie es erlaubt haben, beenden Sie es dort jetzt und ändern Sie Ihr Passwort.',
    ],
  },
  'support-ended': {
    subject: (service) => `Der Support von ${service} kann Ihr Konto nicht mehr einsehen`,
    event: (service) => `Der Support von ${service} sieht die persönlichen Angaben Ihres Kontos nicht mehr.`,
    advice: ['Wann hineingesehen wurde, steht in Ihrem Konto. Es ist nichts zu tun.'],
  },
};

export const supportTexts = { english, spanish, french, german };
