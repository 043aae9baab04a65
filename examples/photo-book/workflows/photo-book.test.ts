/** The model test: every path of the machine, through a service over HTTP. */
import { modelTests } from 'verification-workflows/testing';
import module from './photo-book.ts';

await modelTests({ modules: [module], workflow: 'photo-book' });
