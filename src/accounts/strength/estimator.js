/**
 * The thread that estimates passwords. The file is JavaScript because the tests run from TypeScript, and no loader makes Node.js 20 load
 * TypeScript into a thread. The thread holds the dictionaries (25 MB). Some passwords of 48 characters take a tenth of a second.
 */
import { parentPort } from 'node:worker_threads';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

/** Further characters do not change the verdict, and would take hundreds of milliseconds. */
const judgedLength = 48;

const judge = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: judgedLength });

const common = new Set(Object.values(dictionary).flat().map(String));

/** Longer cores are only looked up in the list, because one password has many cores. */
const longestJudgedCore = 10;

/** Words of the list, also backwards or twice, and rows of keys need fewer guesses than this. */
const commonGuesses = 1e5;

/** @param {string} text */
const isCommon = (text) => common.has(text) || (text.length <= longestJudgedCore && judge.check(text).guesses < commonGuesses);

parentPort?.on('message', (/** @type {import('../guess-estimator.ts').Question} */ { password, words, cores }) => {
  const { guesses } = judge.check(password, [...words]);
  parentPort?.postMessage({ guesses, isCommonWord: cores.some(isCommon) });
});
