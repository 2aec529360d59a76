/** Codes that commands make of photos, and where they go: a picture, or numbers. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../contract';
import { picture } from '../engine/exports/picture';
import { encodeProvenance, provenanceOf } from '../engine/exports/provenance';
import { readFailure, save } from '../engine/files';
import { encodeCodes, type Model } from '../engine/models';
import { encodeFiles } from '../engine/open-model/encode-files';
import { checkExtension, checkFilePlace, pictureFormat } from './places';

const ENDINGS = ['.png', '.jpg', '.jpeg', '.webp', '.npy'] as const;

/** Whether a code can be written to `out`: its picture, or with `.npy` its numbers. @throws UserError */
export async function checkCodePlace(out: string): Promise<void> {
  checkExtension(out, ENDINGS);
  await checkFilePlace(out);
}

/** Writes a code as the picture it decodes to, or with `.npy` as numbers. */
export async function writeCode(model: Model, code: Float32Array, out: string): Promise<void> {
  if (checkExtension(out, ENDINGS) === '.npy') return save(out, encodeCodes(code, model.card.latentSize));
  const packet = encodeProvenance(provenanceOf(model.card, code, {}));
  const format = { format: pictureFormat(out), size: Math.max(8, model.card.imageSize) };
  await save(out, await picture(await model.decodePixels(code), 0, format, packet));
}

/**
 * The codes of image files, one each.
 * @throws UserError `not-found` | `no-access` | `bad-image` naming the first that is not there or cannot be used
 */
export async function codesOfImages(model: Model, files: readonly string[]): Promise<Float32Array> {
  for (const file of files) {
    await access(file).catch((error) => {
      throw readFailure(error, file);
    });
  }
  const { codes, skipped } = await encodeFiles(model, '', files);
  if (skipped.length === 0) return codes;
  const [{ file, reason }] = skipped;
  throw new UserError('bad-image.unusable', { file: path.normalize(file), reason });
}
