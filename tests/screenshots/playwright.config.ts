import { defineConfig } from '@playwright/test';
import { join } from 'node:path';
import { root } from '../../scripts/root.mjs';
import type { HostOptions } from '../e2e/app';
import type { LanguageOption } from './shot';

/** `npm run screenshots`: the pictures of README and guide, made by the real app in the browser host. */
export default defineConfig<HostOptions & LanguageOption>({
  testDir: '.',
  outputDir: join(root, 'test-results'),
  // One window at a time: on two cores, several would fly at a few frames a second.
  workers: 1,
  timeout: 400_000,
  expect: { timeout: 60_000 },
  use: { actionTimeout: 30_000 },
  projects: [
    { name: 'en', use: { language: 'en' } },
    { name: 'zh-CN', use: { language: 'zh-CN' } },
  ],
});
