/** The notices to the owner of an account. */
import { noticesOf } from '../../delivery/notice-text.ts';
import { changeTexts } from './change-notice-texts.ts';
import { factorTexts } from './factor-notice-texts.ts';
import { loginTexts } from './login-notice-texts.ts';

export const accountNotices = noticesOf(
  {
    en: { ...loginTexts.english, ...changeTexts.english, ...factorTexts.english },
    es: { ...loginTexts.spanish, ...changeTexts.spanish, ...factorTexts.spanish },
    fr: { ...loginTexts.french, ...changeTexts.french, ...factorTexts.french },
    de: { ...loginTexts.german, ...changeTexts.german, ...factorTexts.german },
  },
  { ofAttack: ['wrong-code', 'codes-blocked', 'password-locked', 'wrong-factor'] },
);
