import { defineConfig } from '@playwright/test';
import type { HostOptions } from './tests/e2e/app';

// The same specs of the window run on every host; what only one host has is tested on that host.
export default defineConfig<HostOptions>({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  forbidOnly: true,
  retries: 0,
  // Each test starts the whole app; two cores compute for one at a time.
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  use: { trace: 'retain-on-failure', screenshot: 'only-on-failure' },
  projects: [
    { name: 'browser', use: { host: 'browser' }, testMatch: ['window/*.spec.ts', 'browser-host/*.spec.ts'] },
    { name: 'emulated', use: { host: 'emulated' }, testMatch: ['emulated/*.spec.ts', 'window/{fly,faces}.spec.ts'] },
    { name: 'electron', use: { host: 'electron' }, testMatch: 'window/*.spec.ts' },
    // Not among the tests of every commit (scripts/test.mjs): all of the window once more takes as long as in the browser.
    { name: 'emulated-window', use: { host: 'emulated' }, testMatch: 'window/*.spec.ts' },
    // What `npm run package` has packed, where it has.
    { name: 'packaged', use: { host: 'packaged' }, testMatch: 'window/*.spec.ts' },
  ],
});
