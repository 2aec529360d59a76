/** A short run of the fuzzer. A long one with other seeds is in `.github/workflows/fuzz.yml`. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { root } from '../../../scripts/root.mjs';

it('spoilt input is refused or shown; nothing crashes, hangs or is a fault of ours', { timeout: 240_000 }, async () => {
  const args = [path.join(root, 'scripts/fuzz.mjs'), '--seconds', '8', '--seed', '1', '--json'];
  // a fault is an exit code as well, and its output tells more
  const { stdout } = await promisify(execFile)(process.execPath, args).catch((error: { stdout: string }) => error);
  const { tried, refused, accepted, ...faults } = JSON.parse(stdout) as Record<string, number>;
  expect(faults).toMatchObject({ internal: 0, crashed: 0, hung: 0, findings: [] });
  expect(refused + accepted).toBe(tried);
  expect(tried).toBeGreaterThan(50);
  expect(accepted).toBeGreaterThan(0);
  if (process.platform === 'linux') expect(faults.peakMB).toBeLessThan(2000);
});
