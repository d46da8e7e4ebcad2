import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { serviceWorker } from './vite-service-worker.ts';

const here = import.meta.dirname;

/** The till's page, served by the centre below /till/. */
export default defineConfig({
  root: `${here}/renderer`,
  base: '/till/',
  plugins: [react(), serviceWorker(here)],
  // PouchDB expects Node's name for the global object.
  define: { global: 'globalThis' },
  build: {
    outDir: `${here}/dist`,
    emptyOutDir: true,
    target: 'chrome114',
    chunkSizeWarningLimit: 1_500,
    rolldownOptions: { input: `${here}/renderer/index.html` },
  },
});
