import { createHash } from 'node:crypto';
import { build, type Plugin } from 'vite';

/**
 * Builds renderer/service-worker.ts behind the page, as it must know the names of all built files, and as one file
 * without imports, as the browser compares it byte by byte to find a new version.
 */
export function serviceWorker(here: string): Plugin {
  let files: string[] = [];
  let outDir = '';
  return {
    name: 'gondola-service-worker',
    apply: 'build',
    configResolved(config) {
      outDir = config.build.outDir;
    },
    writeBundle(_options, bundle) {
      files = Object.keys(bundle)
        .filter((name) => !name.endsWith('.html'))
        .sort();
      // Names carry a hash of the content, but index.html does not: its own content belongs to the version.
      const page = Object.values(bundle).find((file) => file.fileName.endsWith('.html'));
      const text = page?.type === 'asset' ? String(page.source) : '';
      files.push(createHash('sha256').update(text).digest('hex').slice(0, 16));
    },
    async closeBundle() {
      const version = createHash('sha256').update(files.join('\n')).digest('hex').slice(0, 16);
      await build({
        configFile: false,
        logLevel: 'warn',
        define: {
          __PRECACHE_VERSION__: JSON.stringify(version),
          __PRECACHE_FILES__: JSON.stringify(files.slice(0, -1)),
        },
        build: {
          outDir,
          emptyOutDir: false,
          target: 'chrome114',
          lib: {
            entry: `${here}/renderer/service-worker.ts`,
            formats: ['iife'],
            name: 'gondolaServiceWorker',
          },
          rolldownOptions: { output: { entryFileNames: 'service-worker.js' } },
        },
      });
    },
  };
}
