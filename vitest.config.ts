import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Compiles the runes of `.svelte.ts` modules.
  plugins: [svelte({ configFile: false })],
  // Without it, Svelte gives its server's half to tests that run in Node.
  resolve: { conditions: ['browser'] },
  test: {
    include: ['tests/unit/**/*.test.ts'],
    testTimeout: 20_000,
    // Tests that compute heavily share two cores with nothing else.
    maxWorkers: 2,
  },
});
