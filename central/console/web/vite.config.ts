import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = import.meta.dirname;

/** The console's page, served by the gateway below /console/. */
export default defineConfig({
  root: here,
  base: '/console/',
  plugins: [react()],
  build: {
    outDir: `${here}/../dist`,
    emptyOutDir: true,
    target: 'chrome114',
    chunkSizeWarningLimit: 1_500,
    rolldownOptions: { input: `${here}/index.html` },
  },
});
