/** The wording of the notices about support, one object per language: an agent requested, received or lost access. */
import type { NoticeText } from '../../delivery/notice-text.ts';

type SupportNotice = 'support-requested' | 'support-granted' | 'support-ended';

type SupportTexts = Readonly<Record<SupportNotice, NoticeText>>;

const english: SupportTexts = {
  'support-requested': {
    subject: (service) => `${service} support requests access to your account`,
    event: (service) =>
      `A ${service} support agent asks to see the personal details of your account. The agent sees nothing unless you approve.`,
    advice: [
      'If you asked for help, approve the request in your account, for as long as you choose.',
      'If you did not, decline it there or ignore it.',
    ],
  },
  'support-granted': {
    subject: (service) => `${service} support can now see your account`,
    event: (service) => `The request was approved. A ${service} support agent can now see the personal details of your account.`,
    advice: [
      'Access ends by itself. In your account you can end it at any time, and see when your details were viewed.',
      'If you did not approve it, end it there now and change your password.',
    ],
  },
  'support-ended': {
    subject: (service) => `${service} support can no longer see your account`,
    event: (service) => `The ${service} support agent can no longer see the personal details of your account.`,
    advice: ['Your account shows when your details were viewed. You don’t need to do anything.'],
  },
};

const spanish: SupportTexts = {
  'support-requested': {
    subject: (service) => `El soporte de ${service} solicita acceso a su cuenta`,
    event: (service) =>
      `Un agente de soporte de ${service} solicita ver los datos personales de su cuenta. No verá nada sin su autorización.`,
    advice: [
      'Si ha pedido ayuda, autorice el acceso en su cuenta durante el tiempo que quiera.',
      'Si no la ha pedido, rechace la solicitud allí o ignórela.',
    ],
  },
  'support-granted': {
    subject: (service) => `El soporte de ${service} ya puede ver su cuenta`,
    event: (service) => `Se ha autorizado el acceso. Un agente de soporte de ${service} ya puede ver los datos personales de su cuenta.`,
    advice: [
      'El acceso termina por sí solo. En su cuenta puede terminarlo en cualquier momento y ver cada consulta.',
      'Si no lo ha autorizado usted, termínelo allí ahora y cambie su contraseña.',
    ],
  },
  'support-ended': {
    subject: (service) => `El soporte de ${service} ya no puede ver su cuenta`,
    event: (service) => `El agente del soporte de ${service} ya no ve los datos personales de su cuenta.`,
    advice: ['Su cuenta muestra cuándo se consultaron. No tiene que hacer nada.'],
  },
};

const french: SupportTexts = {
  'support-requested': {
    subject: (service) => `Le support de ${service} demande l’accès à votre compte`,
    event: (service) =>
      `Un agent du support de ${service} demande à voir les données personnelles de votre compte. Il ne voit rien sans votre accord.`,
    advice: [
      'Si vous avez demandé de l’aide, donnez votre accord dans votre compte, pour la durée de votre choix.',
      'Sinon, refusez la demande au même endroit ou ignorez-la.',
    ],
  },
  'support-granted': {
    subject: (service) => `Le support de ${service} peut maintenant voir votre compte`,
    event: (service) =>
      `La demande a été acceptée. Un agent du support de ${service} peut désormais voir les données personnelles de votre compte.`,
    advice: [
      'L’accès prend fin automatiquement. Dans votre compte, vous pouvez y mettre fin à tout moment et voir chaque consultation.',
      'Si ce n’est pas vous qui avez donné l’accord, mettez-y fin maintenant et changez votre mot de passe.',
    ],
  },
  'support-ended': {
    subject: (service) => `Le support de ${service} ne peut plus voir votre compte`,
    event: (service) => `L’agent du support de ${service} ne voit plus les données personnelles de votre compte.`,
    advice: ['Votre compte indique quand elles ont été consultées. Vous n’avez rien à faire.'],
  },
};

const german: SupportTexts = {
  'support-requested': {
    subject: (service) => `Der Support von ${service} möchte Ihr Konto einsehen`,
    event: (service) =>
      `Der Support von ${service} möchte die persönlichen Angaben Ihres Kontos sehen. Ohne Ihre Zustimmung sieht er nichts.`,
    advice: [
      'Wenn Sie um Hilfe gebeten haben, stimmen Sie in Ihrem Konto zu, für so lange Sie möchten.',
      'Wenn nicht, lehnen Sie dort ab oder ignorieren Sie die Anfrage.',
    ],
  },
  'support-granted': {
    subject: (service) => `Der Support von ${service} kann jetzt Ihr Konto einsehen`,
    event: (service) => `Die Anfrage wurde genehmigt. Der Support von ${service} kann jetzt die persönlichen Angaben Ihres Kontos sehen.`,
    advice: [
      'Der Zugriff endet von selbst. In Ihrem Konto können Sie ihn jederzeit beenden und sehen, wann Ihre Angaben angesehen wurden.',
      'Wenn Sie das nicht genehmigt haben, beenden Sie den Zugriff dort sofort und ändern Sie Ihr Passwort.',
    ],
  },
  'support-ended': {
    subject: (service) => `Der Support von ${service} kann Ihr Konto nicht mehr einsehen`,
    event: (service) => `Der Support von ${service} sieht die persönlichen Angaben Ihres Kontos nicht mehr.`,
    advice: ['Ihr Konto zeigt, wann Ihre Angaben angesehen wurden. Sie müssen nichts tun.'],
  },
};

export const supportTexts = { english, spanish, french, german };
