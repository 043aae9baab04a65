/** The wording of the notice about removed backup codes, by language. */
import type { NoticeText } from '../../delivery/notice-text.ts';

const english: NoticeText = {
  subject: (service) => `The backup codes were removed from your ${service} account`,
  event: (service) => `The backup codes were removed from your ${service} account. None of them works any longer.`,
  advice: ['If this was you, you can throw the codes away.', 'If this wasn’t you, change your password now and get new backup codes.'],
};

const spanish: NoticeText = {
  subject: (service) => `Se han quitado los códigos de respaldo de su cuenta de ${service}`,
  event: (service) => `Se han quitado los códigos de respaldo de su cuenta de ${service}. Ya no sirve ninguno de ellos.`,
  advice: ['Si ha sido usted, puede tirar los códigos.', 'Si no ha sido usted, cambie ahora su contraseña y obtenga códigos nuevos.'],
};

const french: NoticeText = {
  subject: (service) => `Les codes de secours ont été retirés de votre compte ${service}`,
  event: (service) => `Les codes de secours ont été retirés de votre compte ${service}. Aucun d’eux n’est plus accepté.`,
  advice: [
    'Si c’était vous, vous pouvez jeter ces codes.',
    'Sinon, changez votre mot de passe immédiatement et demandez de nouveaux codes.',
  ],
};

const german: NoticeText = {
  subject: (service) => `Die Ersatzcodes wurden von Ihrem Konto bei ${service} entfernt`,
  event: (service) => `Die Ersatzcodes wurden von Ihrem Konto bei ${service} entfernt. Keiner von ihnen wird mehr angenommen.`,
  advice: [
    'Wenn Sie das waren, können Sie die Codes wegwerfen.',
    'Wenn nicht, ändern Sie sofort Ihr Passwort und holen Sie sich neue Ersatzcodes.',
  ],
};

export const backupCodeTexts = {
  en: { 'backup-codes-removed': english },
  es: { 'backup-codes-removed': spanish },
  fr: { 'backup-codes-removed': french },
  de: { 'backup-codes-removed': german },
};
