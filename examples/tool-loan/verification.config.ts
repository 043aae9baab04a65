/** The folders of the workflows and of the files that the command `verification-workflows` writes. */
import { defineConfig } from 'verification-workflows';

export default defineConfig({
  workflows: './workflows',
  builtIn: false,
  diagrams: './diagrams',
  client: './client',
});
