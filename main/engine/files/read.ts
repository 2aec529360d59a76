/** Reading files that may be anything: a pipe waits for ever, and a device has no end. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Bytes. Larger files are not read whole: no buffer is as large. */
const LARGEST_BUFFER = 2 ** 31;

/** Opens a regular file, or a link to one, for reading. @throws what the file system throws, and for anything else */
export async function openRegular(file: string): Promise<FileHandle> {
  // without it, opening a pipe waits until somebody writes to it; Windows has no such flag, and no such pipes
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const there = await handle.stat();
    if (there.isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
    if (!there.isFile()) throw new Error('it is a device or a pipe, not a file');
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The whole of a regular file. @param most bytes, a larger one is refused @throws as `openRegular` */
export async function readWhole(file: string, most = LARGEST_BUFFER): Promise<Buffer<ArrayBuffer>> {
  const handle = await openRegular(file);
  try {
    const { size } = await handle.stat();
    if (size > most) {
      throw new Error(`it has ${(size / 1e6).toFixed(0)} MB, and at most ${(most / 1e6).toFixed(0)} can be read`);
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** As `readWhole`, as text. */
export const readText = async (file: string, most?: number): Promise<string> =>
  (await readWhole(file, most)).toString();
