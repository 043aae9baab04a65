/** What `client.js` exports. */
export * from './api.js';
