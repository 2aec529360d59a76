/** Each thing that a person can lose, and each way of losing it. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statfsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeptSettings } from '../../../main/engine/home/app-settings';
import { recoverModel } from '../../../main/engine/models';
import { root } from '../../../scripts/root.mjs';
import { sharedFolder, temporaryFolder } from '../temporary';
import { THINGS } from './things';

const things = Object.entries(THINGS);
beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}));
afterEach(() => void vi.restoreAllMocks());

describe('on a disk of its own', () => {
  const disk = path.join(sharedFolder(), 'disk');
  const filler = path.join(disk, 'filler');
  let mounted = false;
  const mount = (...args: string[]) => execFileSync('mount', args, { stdio: 'ignore' });
  beforeAll(async () => {
    await mkdir(disk);
    try {
      mount('-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk);
      mounted = true;
    } catch {
      mounted = false; // told where the tests are skipped
    }
  });
  afterAll(() => void (mounted && execFileSync('umount', ['-l', disk])));
  beforeEach((context) => {
    if (!mounted) context.skip('no file system can be mounted here');
  });

  it.each(things)('that is full, %s stays as it was', async (name, thing) => {
    const home = path.join(disk, name);
    await thing.write(home, 1);
    // to the last page, and with one to spare: then a write begins and cannot be finished
    for (const spare of [0, 4096]) {
      const { bavail, bsize } = statfsSync(disk);
      await writeFile(filler, new Uint8Array(Math.max(0, bavail * bsize - spare)));
      if (spare === 0) await expect(thing.write(home, 2)).rejects.toMatchObject({ code: 'no-space' });
      else await thing.write(home, 1).catch(() => {}); // what is small has room
      expect(await thing.read(home)).toBe(1);
      await rm(filler);
    }
    await thing.write(home, 3);
    expect(await thing.read(home)).toBe(3);
    await rm(home, { recursive: true });
  });

  it.each(things)('that is read-only, %s stays as it was', async (name, thing) => {
    const home = path.join(disk, name);
    await thing.write(home, 1);
    mount('-o', 'remount,ro', disk);
    try {
      await expect(thing.write(home, 2)).rejects.toMatchObject({ code: 'no-access' });
      expect(await thing.read(home)).toBe(1);
    } finally {
      mount('-o', 'remount,rw', disk);
    }
    await thing.write(home, 3);
    expect(await thing.read(home)).toBe(3);
    await rm(home, { recursive: true });
  });
});

it.each(things)('%s that was deleted underneath is none, and is written again', async (_, thing) => {
  const home = path.join(await temporaryFolder(), 'home');
  await thing.write(home, 1);
  await rm(home, { recursive: true });
  expect(await thing.read(home)).toBeNull();
  await thing.write(home, 2);
  expect(await thing.read(home)).toBe(2);
});

it.each(things)('%s that two write at a time is one of both, whole', async (_, thing) => {
  const home = await temporaryFolder();
  await thing.write(home, 1);
  const settled = await Promise.allSettled([2, 3, 4, 5].map((n) => thing.write(home, n)));
  for (const one of settled) {
    if (one.status === 'rejected') expect(one.reason).toMatchObject({ name: 'UserError' });
  }
  expect(settled.some(({ status }) => status === 'fulfilled')).toBe(true);
  expect([1, 2, 3, 4, 5]).toContain(await thing.read(home));
});

// three processes, one after the other
it('everything survives a process that is killed while it writes', { timeout: 120_000 }, async () => {
  const home = await temporaryFolder();
  for (const [, thing] of things) await thing.write(home, 1);
  for (let kill = 0; kill < 3; kill++) {
    const script = path.join(import.meta.dirname, 'writing.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', script, home], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await sleep(37 * kill);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await recoverModel(path.join(home, 'models/m'));
    for (const [name, thing] of things) expect(await thing.read(home), name).toBeGreaterThan(0);
  }
});

it('settings that two instances change are both kept, and damaged ones are set aside', async () => {
  const home = await temporaryFolder();
  const [one, other] = [new KeptSettings(home), new KeptSettings(home)];
  await Promise.all([one.read(), other.read()]);
  await one.change({ threads: 3 });
  expect(await other.change({ device: 'gpu' })).toEqual({ threads: 3, device: 'gpu' });
  await writeFile(path.join(home, 'settings.json'), 'odd');
  expect(await new KeptSettings(home).change({ threads: 2 })).toMatchObject({ threads: 2 });
  expect(execFileSync('cat', [path.join(home, 'settings.json.bad')], { encoding: 'utf8' })).toBe('odd');
});
