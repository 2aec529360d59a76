/** Puts a file in its place: whole, or not at all. */
import writeFileAtomic from 'write-file-atomic';
import { writeFailure } from '../files';

/** @throws UserError `no-space` | `no-access` | `not-found` | `bad-settings` */
export async function save(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFileAtomic(file, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    throw writeFailure(error, file);
  }
}
