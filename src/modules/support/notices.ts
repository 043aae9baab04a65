/** The notices to the owner of an account about support. */
import { noticesOf } from '../../delivery/notice-text.ts';
import { supportTexts } from './notice-texts.ts';

export const supportNotices = noticesOf({
  en: supportTexts.english,
  es: supportTexts.spanish,
  fr: supportTexts.french,
  de: supportTexts.german,
});
