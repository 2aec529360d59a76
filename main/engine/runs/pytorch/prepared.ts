/**
 * A data set prepared for a trainer outside the app (scripts/torch): the very pixels that training here would see.
 *
 * A folder of `pixels.npy` (uint8 `[count, channels, height, size]`, which many processes can map into memory at once),
 * `dataset.json`, and `faces.json` where faces were aligned.
 */
import { stat } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { dump, parse } from 'npyjs';
import * as v from 'valibot';
import { inEnglish, message, UserError } from '../../../contract';
import { checkReplaceable, kindWithSums, readFailure, readWhole, saveFolder } from '../../files';
import type { Dataset } from '../../images';
import { areaOf, heightOf } from '../../maths/rectangle';
import { decodeFaces, encodeFaces } from '../../models/files/faces';

const DATASET = 'dataset.json';
const PIXELS = 'pixels.npy';
const FACES = 'faces.json';

const PREPARED_FOLDER = kindWithSums('folder.prepared', (name) => [DATASET, PIXELS, FACES].includes(name));

const schema = v.object({
  format: v.literal(1),
  /** Of the folder of images. */
  name: v.string(),
  align: v.boolean(),
  count: v.number(),
  size: v.number(),
  /** Absent: images are square. */
  height: v.optional(v.number()),
  channels: v.picklist([1, 3]),
  files: v.array(v.string()),
  skipped: v.array(v.object({ file: v.string(), reason: v.string() })),
  /** SHA-256 of the pixels. */
  sha256: v.string(),
});

export interface Prepared {
  dataset: Dataset;
  /** Of the folder of images. */
  name: string;
  /** Whether faces were looked for. */
  align: boolean;
  /** SHA-256 of the pixels. */
  sha256: string;
}

/** Whether a prepared data set may be written to `folder`. @throws UserError `bad-settings` | `no-access` */
export async function checkPreparable(folder: string): Promise<void> {
  await checkReplaceable(folder, PREPARED_FOLDER);
}

/** @throws UserError `bad-settings` | `no-access` | `no-space`; nothing has changed then */
export async function savePrepared(
  folder: string,
  { dataset, name, align }: Omit<Prepared, 'sha256'>,
): Promise<Prepared> {
  await checkPreparable(folder);
  const { files, count, size, height, channels, pixels, skipped, faces } = dataset;
  const sha256 = createHash('sha256').update(pixels).digest('hex');
  const leftOut = skipped.map(({ file, reason }) => ({ file, reason: inEnglish(reason) }));
  const facts = { format: 1, name, align, count, size, height, channels, files, skipped: leftOut, sha256 };
  await saveFolder(folder, PREPARED_FOLDER, async (write) => {
    await write(PIXELS, new Uint8Array(dump(pixels, [count, channels, heightOf(dataset), size])));
    if (faces) await write(FACES, encodeFaces(faces));
    await write(DATASET, JSON.stringify(facts, null, 1) + '\n');
  });
  return { dataset, name, align, sha256 };
}

/** Whether a file could not be read because a folder, which is there, does not have it. */
export const isFolderWithout = async (folder: string, error: NodeJS.ErrnoException): Promise<boolean> =>
  error.code === 'ENOENT' && (await stat(folder).catch(() => null)) !== null;

/** @throws UserError `not-found` | `no-access` | `bad-settings` when the folder is no prepared data set, or a damaged one */
export async function loadPrepared(folder: string): Promise<Prepared> {
  const damaged = () => new UserError('bad-settings.prepared-damaged', { folder });
  const read = (file: string) =>
    readWhole(path.join(folder, file)).catch(async (error: NodeJS.ErrnoException) => {
      throw (await isFolderWithout(folder, error)) ? damaged() : readFailure(error, path.join(folder, file));
    });
  const text = await read(DATASET);
  let facts: v.InferOutput<typeof schema>;
  try {
    facts = v.parse(schema, JSON.parse(text.toString()));
  } catch {
    throw damaged();
  }
  const { name, align, sha256, format: _, ...rest } = facts;
  const bytes = new Uint8Array(await read(PIXELS));
  let pixels: Uint8Array;
  try {
    pixels = parse(bytes.buffer).data as unknown as Uint8Array;
  } catch {
    throw damaged();
  }
  const expected = rest.count * rest.channels * areaOf(rest);
  const digest = createHash('sha256').update(pixels).digest('hex');
  if (pixels.length !== expected || rest.files.length !== rest.count || digest !== sha256) throw damaged();
  const faces = align
    ? await readWhole(path.join(folder, FACES)).then(
        (found) => decodeFaces(found, path.join(folder, FACES)),
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return null; // looked for, and not found to be faces
          throw readFailure(error, path.join(folder, FACES));
        },
      )
    : null;
  const grey = rest.channels === 1 ? rest.count : 0; // grey ones among coloured ones are colour by now
  const skipped = rest.skipped.map(({ file, reason }) => ({
    file,
    reason: message('unreadable.detail', { detail: reason }),
  }));
  return { dataset: { ...rest, skipped, grey, pixels, faces }, name, align, sha256 };
}
