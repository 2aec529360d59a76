import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** The SHA-256 of `bytes`, hexadecimal. */
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The SHA-256 of a file, hexadecimal, without reading it whole into memory. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Which of the files `names` in `folder` have the sum that `sums` gives them. One that cannot be read has not. */
export async function unchanged(
  folder: string,
  names: readonly string[],
  sums: Readonly<Record<string, string>>,
): Promise<Set<string>> {
  const same = new Set<string>();
  for (const name of names) {
    if (!Object.hasOwn(sums, name)) continue;
    if ((await sha256Of(join(folder, name)).catch(() => null)) === sums[name]) same.add(name);
  }
  return same;
}
