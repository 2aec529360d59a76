import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { NOTICES, notices } from '../../../scripts/package/notices.mjs';
import { root } from '../../../scripts/root.mjs';
import { ensureBuild } from '../../../scripts/setup.mjs';

beforeAll(() => ensureBuild(), 120_000);

it('the notices are of what is shipped now; `npm run notices` makes them', async () => {
  const text = await notices();
  for (const name of [
    'three',
    'svelte',
    'katex',
    '@fontsource-variable/inter',
    'onnxruntime-node',
    'sharp',
    'vega',
    'ws',
  ]) {
    expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'));
  }
  expect(text).not.toMatch(/^(vite|eslint|electron|typescript) \d/m);
  expect((await readFile(join(root, NOTICES), 'utf8')) === text, `${NOTICES} is old: npm run notices`).toBe(true);
});

it('they are in what npm packs', async () => {
  const { files } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { files: string[] };
  expect(files).toContain(NOTICES);
});
