/** The times of some hundred answers: enough to show a password that is not hashed, or a look-up that is left out. */
import { compareTimes } from './answer-times.ts';

compareTimes({ logins: 250, setUps: 150 });
