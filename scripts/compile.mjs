// Compiles the app into dist/: the page for the window, and everything without a window for Node and Electron.
// A program of its own, so that the compiler's memory does not stay with what is started next. Needs the dependencies.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build } from 'vite';
import { PAGE_PACKAGES } from './package/notices.mjs';
import { root } from './root.mjs';

// What is started as a program of its own, or imported by a script. Everything else comes along as their imports.
const ENTRIES = [
  'cli.ts',
  'engine/bundled.ts',
  'engine/onnxruntime/index.ts',
  'engine/process.ts',
  'engine/open-model/geometry/worker.ts',
  'engine/images/formats/worker.ts',
  'engine/images/alignment/worker.ts',
  'engine/images/synthetic/worker.ts',
  'engine/training/feeds/worker.ts',
  'engine/models/apart/process.ts',
  'engine/models/coarse/process.ts',
  'engine/runs/processes/process.ts',
  'engine/runs/graphics-card/process.ts',
  'engine/runs/timing/process.ts',
  'engine/scores/processes/process.ts',
  'browser/main.ts',
  'electron/main.ts',
];

const { dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
/** @type {import('vite').InlineConfig} */
const common = { configFile: false, logLevel: 'warn' };

await build({
  ...common,
  root,
  publicDir: false,
  ssr: { external: Object.keys(dependencies) },
  build: {
    ssr: true,
    outDir: join(root, 'dist/main'),
    emptyOutDir: true,
    target: 'node20.19',
    sourcemap: true,
    rolldownOptions: {
      input: ENTRIES.map((entry) => join(root, 'main', entry)),
      external: ['electron'],
      // One output file a module, in the same folders: a module finds its neighbours as in the sources.
      output: { preserveModules: true, preserveModulesRoot: join(root, 'main'), entryFileNames: '[name].js' },
    },
  },
});

// A sandboxed preload script must be one CommonJS file.
await build({
  ...common,
  root,
  publicDir: false,
  build: {
    lib: { entry: join(root, 'main/electron/preload.ts'), formats: ['cjs'], fileName: () => 'preload.cjs' },
    outDir: join(root, 'dist/main/electron'),
    emptyOutDir: false,
    target: 'es2023',
    minify: false,
    rolldownOptions: { external: ['electron'] },
  },
});

/** What is compiled into the page is shipped with it: its licences are too. @type {Set<string>} */
const inPage = new Set();
/** @type {import('vite').Plugin} */
const notePackages = {
  name: 'note-packages',
  buildEnd() {
    for (const id of this.getModuleIds()) {
      const [path] = /node_modules\/(@[^/]+\/)?[^/]+(?=\/)/.exec(id.replaceAll('\\', '/')) ?? [];
      if (path) inPage.add(path);
    }
  },
};

await build({
  ...common,
  root: join(root, 'renderer'),
  base: './',
  plugins: [svelte({ configFile: false }), notePackages],
  build: {
    outDir: join(root, 'dist/renderer'),
    emptyOutDir: true,
    target: 'es2023',
    // The page may load nothing from data: addresses but images, so no asset is put into the code.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000, // it is loaded from this machine
  },
});
await writeFile(join(root, PAGE_PACKAGES), JSON.stringify([...inPage].sort()));
