/** The pages load the library from `/assets/vendor`, beside the scripts. */
export * from 'lit-html';
