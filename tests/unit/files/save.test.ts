import type * as FileSystem from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { chmod, type FileHandle, mkdir, open, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readWhole, removeTemporaries, save } from '../../../main/engine/files';
import { temporaryFolder } from '../temporary';

// A disk that fails when a test says so.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FileSystem>();
  return { ...real, open: vi.fn(real.open) };
});
const real = await vi.importActual<typeof FileSystem>('node:fs/promises');
afterEach(() => void vi.mocked(open).mockImplementation(real.open));

/** Every file that is written from now on has handles on which `change` was done. */
function withHandles(change: (handle: FileHandle) => void): void {
  vi.mocked(open).mockImplementation(async (...args) => {
    const handle = await real.open(...args);
    if (args[1] === 'wx') change(handle);
    return handle;
  });
}

type Write = (bytes: Uint8Array, at: number) => Promise<{ bytesWritten: number; buffer: Uint8Array }>;

/** A disk with room for `room` more bytes, which writes a part of what does not fit, as real ones do. */
function withRoom(room: number): void {
  withHandles((handle) => {
    const write = handle.write.bind(handle) as unknown as (bytes: Uint8Array) => ReturnType<Write>;
    (handle as unknown as { write: Write }).write = (bytes, at) => {
      if (room === 0) return Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
      const part = bytes.subarray(at, at + Math.min(room, 1000));
      room -= part.length;
      return write(part);
    };
  });
}

const OLD = 'the old one\n';
async function kept(content = OLD): Promise<{ folder: string; file: string }> {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'kept.json');
  await writeFile(file, content);
  return { folder, file };
}
const bytes = (length: number) => new Uint8Array(length).map((_, i) => i % 251);

describe('a file is written', () => {
  it('whole, though every write stops short', async () => {
    const { folder, file } = await kept();
    withRoom(1e6);
    await save(file, [bytes(123_457), bytes(3)]);
    expect(new Uint8Array(await readFile(file))).toEqual(new Uint8Array([...bytes(123_457), ...bytes(3)]));
    expect(await readdir(folder)).toEqual(['kept.json']);
  });

  it.each([0, 1, 999, 1000, 49_999])('or stays as it was, with room for %i bytes of 50,000', async (room) => {
    const { folder, file } = await kept();
    withRoom(room);
    await expect(save(file, bytes(50_000))).rejects.toMatchObject({ code: 'no-space' });
    expect(await readFile(file, 'utf8')).toBe(OLD);
    expect(await readdir(folder)).toEqual(['kept.json']);
  });

  it('or stays as it was, when the disk takes everything and keeps less', async () => {
    const { file } = await kept();
    withHandles((handle) => (handle.stat = (() => Promise.resolve({ size: 7 })) as unknown as FileHandle['stat']));
    await expect(save(file, bytes(8))).rejects.toMatchObject({ code: 'no-space' });
    expect(await readFile(file, 'utf8')).toBe(OLD);
  });

  it('or stays as it was, when it cannot be synced or closed', async () => {
    for (const step of ['sync', 'close'] as const) {
      const { folder, file } = await kept();
      withHandles((handle) => {
        const close = handle.close.bind(handle);
        handle[step] = async () => {
          if (step === 'close') await close();
          throw Object.assign(new Error('lost'), { code: 'EDQUOT' });
        };
      });
      await expect(save(file, bytes(8))).rejects.toMatchObject({ code: 'no-space' });
      expect(await readFile(file, 'utf8')).toBe(OLD);
      expect(await readdir(folder)).toEqual(['kept.json']);
    }
  });

  it('with the permissions of the one before', async () => {
    const { file } = await kept();
    await chmod(file, 0o640);
    await save(file, bytes(8));
    expect((await stat(file)).mode & 0o777).toBe(0o640);
  });

  it.skipIf(process.platform === 'win32')('never through a link', async () => {
    const { folder, file } = await kept('somebody else’s');
    const link = path.join(folder, 'link');
    await symlink(file, link);
    await save(link, bytes(8));
    expect(await readFile(file, 'utf8')).toBe('somebody else’s');
    expect(new Uint8Array(await readFile(link))).toEqual(bytes(8));
  });

  it.skipIf(process.platform === 'win32')('never in the place of a folder, a device or a pipe', async () => {
    const { folder } = await kept();
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [device, link] = [path.join(folder, 'device'), path.join(folder, 'to-pipe')];
    await symlink('/dev/null', device);
    await symlink(pipe, link);
    await mkdir(path.join(folder, 'sub'));
    const before = await readdir(folder);
    for (const file of [pipe, link, device, path.join(folder, 'sub')]) {
      await expect(save(file, bytes(8))).rejects.toMatchObject({ code: 'bad-settings' });
    }
    expect(await readdir(folder)).toEqual(before);
  });
});

it('what a killed process left of a file is removed, and nothing that is called nearly so', async () => {
  const { folder } = await kept();
  const left = '.writing-0b5c6b1e-3c1f-4d0e-9a52-0f6d1c2b3a49';
  for (const name of [left, '.writing-diary', `my${left}`, `${left}.txt`]) await writeFile(path.join(folder, name), '');
  await removeTemporaries(folder);
  expect((await readdir(folder)).sort()).toEqual(['.writing-diary', `${left}.txt`, 'kept.json', `my${left}`].sort());
});

describe.skipIf(process.platform === 'win32')('reading', () => {
  it('does not wait for a pipe, and ends for a device without end', async () => {
    const folder = await temporaryFolder();
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expect(readWhole(pipe)).rejects.toThrow('a device or a pipe');
    const link = path.join(folder, 'zero');
    await symlink('/dev/zero', link);
    await expect(readWhole(link)).rejects.toThrow('a device or a pipe');
    await expect(readWhole(folder)).rejects.toThrow('folder');
  });

  it('stops at files that are too large', async () => {
    const { file } = await kept('0123456789');
    await expect(readWhole(file, 9)).rejects.toThrow('at most');
    expect(await readWhole(file, 10)).toHaveLength(10);
  });
});
