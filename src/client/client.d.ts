/** The exports of `client.js`. */
export * from './api.js';
