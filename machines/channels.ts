/** The channels of codes. */

/** The channels of a telephone number. */
export type PhoneChannel = 'sms' | 'voice';

/** The channels of an account. */
export type AccountChannel = PhoneChannel | 'email';
