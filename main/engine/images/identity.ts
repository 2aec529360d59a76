import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { readFailure } from '../files';

/**
 * Says which images these are and in which order, wherever their folder lies: SHA-256, hexadecimal, over a line
 * `name<TAB>size in bytes<LF>` for each.
 * @param files relative to `folder`, with `/` between the parts
 * @throws UserError `not-found` | `no-access`
 */
export async function identityOf(folder: string, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    const place = path.join(folder, file);
    const { size } = await stat(place).catch((error: unknown) => {
      throw readFailure(error, place);
    });
    hash.update(`${file}\t${size}\n`);
  }
  return hash.digest('hex');
}
