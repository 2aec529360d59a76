import { existsSync } from 'node:fs';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { forgetDeviceId } from '../../../main/engine/onnxruntime/device-id';
import { temporaryFolder } from '../temporary';

let home: string;
let id: string;

beforeEach(async () => {
  const folder = await temporaryFolder();
  home = join(folder, 'home');
  await mkdir(home);
  vi.stubEnv('HOME', folder);
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'caches'));
  const caches = process.platform === 'darwin' ? join(folder, 'Library/Application Support') : join(folder, 'caches');
  id = join(caches, 'Microsoft/DeveloperTools/.onnxruntime/deviceid');
  await makeId();
});
afterEach(() => vi.unstubAllEnvs());

async function makeId(): Promise<void> {
  await mkdir(join(id, '..'), { recursive: true });
  await writeFile(id, 'd15ea5e');
}

it('an id made since the app was first started is removed with what would have been sent, once', async () => {
  await writeFile(join(id, '../onnxruntime.db'), '');
  await forgetDeviceId(home);
  expect(existsSync(join(id, '..'))).toBe(false);
  await makeId(); // by another program
  await forgetDeviceId(home);
  expect(existsSync(id)).toBe(true);
});

it('an id older than the app’s data is another program’s, and so is one where the app has no data', async () => {
  await forgetDeviceId(join(home, 'not-there'));
  await forgetDeviceId(join(id, 'below a file'));
  await utimes(id, 1, 1);
  await forgetDeviceId(home);
  expect(existsSync(id)).toBe(true);
});

it('no id is no matter', async () => {
  await forgetDeviceId(home);
  vi.stubEnv('XDG_CACHE_HOME', home);
  await forgetDeviceId(home);
  expect(existsSync(join(home, 'Microsoft'))).toBe(false);
});
