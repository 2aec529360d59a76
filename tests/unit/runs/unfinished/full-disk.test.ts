/** A disk that is really full: a small file system of its own, where this system lets us make one. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openModel } from '../../../../main/engine/models';
import { checkpointFile, loadCheckpoint } from '../../../../main/engine/runs/unfinished/checkpoint';
import { sharedFolder } from '../../temporary';
import { blotches, ensureBuild, train } from '../lives';

const folder = sharedFolder();
let disk: string;
let mounted = false;
beforeAll(async () => {
  await ensureBuild();
  disk = path.join(folder, 'disk');
  await mkdir(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk], { stdio: 'ignore' });
    mounted = true;
  } catch {
    mounted = false; // told where the tests are skipped
  }
}, 120_000);
afterAll(async () => {
  if (mounted) execFileSync('umount', ['-l', disk]);
});

const settings = '--kind ae --size 32 --latent 4 --batch 4 --width small --no-align --checkpoint-steps 5'.split(' ');

test('a full disk ends the run with a sentence; with space again it goes on', { timeout: 120_000 }, async (context) => {
  if (!mounted) context.skip('no file system can be mounted here');
  const images = await blotches(path.join(folder, 'images'), 12);
  const out = path.join(disk, 'model');
  const run = train([images, '--out', out, ...settings, '--epochs', '100000']);
  while (!existsSync(checkpointFile(out))) await sleep(20);
  const filler = path.join(disk, 'filler');
  await expect(writeFile(filler, Buffer.alloc(48e6))).rejects.toThrow('ENOSPC');

  expect((await run.ended).code).toBe(1);
  expect(run.find('failed')).toMatchObject({ code: 'no-space' });
  expect(run.errors).toContain(`The disk is full: "${checkpointFile(out)}" could not be written.`);
  expect(run.errors).toMatch(/Continue with: .* train .* --kind ae --out .* --resume/);
  const { step } = (await loadCheckpoint(out))!;
  expect(step).toBeGreaterThan(0);
  expect((await readdir(path.dirname(checkpointFile(out)))).sort()).toEqual(['checkpoint', 'run.json']);

  await rm(filler);
  const again = train([images, '--out', out, ...settings, '--epochs', '100000', '--resume']);
  await again.until('progress');
  expect(again.find('started')!.step).toBe(step);
  again.process.kill('SIGINT');
  expect((await again.ended).code).toBe(130);
  expect((await openModel(out)).card.kind).toBe('ae');
});
