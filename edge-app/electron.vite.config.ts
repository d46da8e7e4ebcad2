import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const here = import.meta.dirname;
// A sandboxed preload must be CommonJS, and so must the main process of older runtimes.
const cjs = { format: 'cjs', entryFileNames: '[name].cjs' } as const;

/** The same page as in a browser, with a thin shell around it; everything is bundled, so nothing is packed beside it. */
export default defineConfig({
  main: {
    build: {
      outDir: `${here}/out/main`,
      externalizeDeps: { exclude: ['@gondola/shared', '@gondola/sync'] },
      lib: { entry: `${here}/main/main.ts`, formats: ['cjs'] },
      rolldownOptions: { output: cjs },
    },
  },
  preload: {
    build: {
      outDir: `${here}/out/preload`,
      externalizeDeps: { exclude: ['@gondola/shared', '@gondola/sync'] },
      lib: { entry: `${here}/preload/bridge.ts`, formats: ['cjs'] },
      rolldownOptions: { output: cjs },
    },
  },
  renderer: {
    root: `${here}/renderer`,
    base: '/till/',
    plugins: [react()],
    define: { global: 'globalThis' },
    build: {
      outDir: `${here}/out/renderer`,
      target: 'chrome114',
      minify: true,
      chunkSizeWarningLimit: 1_500,
      rolldownOptions: { input: `${here}/renderer/index.html` },
    },
  },
});
