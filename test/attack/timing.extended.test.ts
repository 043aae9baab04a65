/** The times of thousands of answers, in which smaller differences show. */
import { compareTimes } from './answer-times.ts';

compareTimes({ logins: 2000, setUps: 1000 });
