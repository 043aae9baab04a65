/** The model test: every path of the machine, through a service over HTTP. */
import { modelTests } from 'verification-workflows/testing';
import module from './moving-in.ts';

await modelTests({ modules: [module], workflow: 'moving-in' });
