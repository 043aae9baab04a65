/** The wording of the notice about a removed authenticator app, by language. */
import type { NoticeText } from '../../delivery/notice-text.ts';

const english: NoticeText = {
  subject: (service) => `The authenticator app was removed from your ${service} account`,
  event: (service) => `The authenticator app was removed from your ${service} account. Its codes no longer work.`,
  advice: ['If this was you, you can delete the entry in the app.', 'If this wasn’t you, change your password now and add the app again.'],
};

const spanish: NoticeText = {
  subject: (service) => `Se ha quitado la aplicación de autenticación de su cuenta de ${service}`,
  event: (service) => `Se ha quitado la aplicación de autenticación de su cuenta de ${service}. Sus códigos ya no sirven.`,
  advice: [
    'Si ha sido usted, puede borrar la entrada en la aplicación.',
    'Si no ha sido usted, cambie ahora su contraseña y vuelva a añadir la aplicación.',
  ],
};

const french: NoticeText = {
  subject: (service) => `L’application d’authentification a été retirée de votre compte ${service}`,
  event: (service) => `L’application d’authentification a été retirée de votre compte ${service}. Ses codes ne sont plus acceptés.`,
  advice: [
    'Si c’était vous, vous pouvez supprimer l’entrée dans l’application.',
    'Sinon, changez votre mot de passe immédiatement et ajoutez de nouveau l’application.',
  ],
};

const german: NoticeText = {
  subject: (service) => `Die Authenticator-App wurde von Ihrem Konto bei ${service} entfernt`,
  event: (service) => `Die Authenticator-App wurde von Ihrem Konto bei ${service} entfernt. Ihre Codes werden nicht mehr angenommen.`,
  advice: [
    'Wenn Sie das waren, können Sie den Eintrag in der App löschen.',
    'Wenn nicht, ändern Sie sofort Ihr Passwort und fügen Sie die App wieder hinzu.',
  ],
};

export const authenticatorAppTexts = {
  en: { 'authenticator-app-removed': english },
  es: { 'authenticator-app-removed': spanish },
  fr: { 'authenticator-app-removed': french },
  de: { 'authenticator-app-removed': german },
};
