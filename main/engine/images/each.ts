/** Reading many images at once, where some cannot be read. */
import os from 'node:os';
import path from 'node:path';
import type { ImageStage, Message, SkippedImage } from '../../contract';
import { throwIfCancelled, type Watch } from '../scheduling/watch';
import { UnreadableImage } from './formats';

/** Progress says what is being done. */
export type ImageWatch = Watch<[stage: ImageStage]>;

/**
 * Calls `read` for every file, as many at once as there are cores.
 * @param files relative to `folder`
 * @returns the files for which `read` threw `UnreadableImage`, in their order
 * @throws UserError `cancelled`, and whatever else `read` throws
 */
export async function forEachImage(
  folder: string,
  files: readonly string[],
  { onProgress, signal }: ImageWatch,
  read: (path: string, index: number) => Promise<void>,
): Promise<SkippedImage[]> {
  const reasons = new Map<number, Message>();
  let next = 0;
  let done = 0;
  const worker = async () => {
    while (next < files.length) {
      throwIfCancelled(signal);
      const i = next++;
      try {
        await read(path.join(folder, files[i]), i);
      } catch (error) {
        if (!(error instanceof UnreadableImage)) throw error;
        reasons.set(i, error.reason);
      }
      onProgress?.(++done, files.length, 'reading images');
    }
  };
  await Promise.all(Array.from({ length: Math.min(files.length, os.availableParallelism()) }, worker));
  return files.flatMap((file, i) => (reasons.has(i) ? [{ file, reason: reasons.get(i)! }] : []));
}
