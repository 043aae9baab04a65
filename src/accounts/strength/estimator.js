/**
 * The thread that judges passwords. It is JavaScript, because the tests run from TypeScript, which Node.js 20 loads into no thread,
 * whatever loader the process has. It holds the dictionaries (25 MB), and takes a tenth of a second for some passwords of 48 characters.
 */
import { parentPort } from 'node:worker_threads';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

/** Characters after these decide nothing any more, and would take hundreds of milliseconds. */
const judgedLength = 48;

const judge = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: judgedLength });

const common = new Set(Object.values(dictionary).flat().map(String));

/** Longer cores are looked up in the list alone: many of them are judged for one password. */
const longestJudgedCore = 10;

/** Fewer guesses than that find a word of the list, backwards or twice, or a row of keys. */
const commonGuesses = 1e5;

/** @param {string} text */
const isCommon = (text) => common.has(text) || (text.length <= longestJudgedCore && judge.check(text).guesses < commonGuesses);

parentPort?.on('message', (/** @type {import('../guess-estimator.ts').Question} */ { password, words, cores }) => {
  const { guesses } = judge.check(password, [...words]);
  parentPort?.postMessage({ guesses, isCommonWord: cores.some(isCommon) });
});
