/** The times of thousands of answers, which show smaller differences. */
import { compareTimes } from './answer-times.ts';

compareTimes({ logins: 2000, setUps: 1000 });
