/** Image files → codes, by the encoder of a model. */
import type { SkippedImage } from '../../contract';
import { forEachImage } from '../images/each';
import { toUnitRange } from '../images';
import { faceCropping } from '../images/faces';
import { readTaken } from '../images/taken';
import { areaOf } from '../maths/rectangle';
import { type Model, rectangleOf } from '../models';
import { inPieces, type Watch } from '../scheduling/watch';

/** Images held in memory at a time. */
const FILES_A_PIECE = 32;

export interface EncodedFiles {
  /** The posterior's mean of each file that could be read (an AE's code), `[n, latentSize]`. */
  codes: Float32Array;
  /** Row `i` of `codes` is the code of `files[i]`. */
  files: string[];
  skipped: SkippedImage[];
}

/**
 * Prepares each image as those the model was trained on were, and encodes it.
 * @param files relative to `folder`
 * @throws UserError `bad-model` when the model cannot encode, `cancelled`
 */
export async function encodeFiles(
  model: Model,
  folder: string,
  files: readonly string[],
  watch: Watch = {},
): Promise<EncodedFiles> {
  const { channels, latentSize } = model.card;
  const rectangle = rectangleOf(model);
  const cropping = model.faces && faceCropping(model.faces);
  const codes = new Float32Array(files.length * latentSize);
  const encoded: string[] = [];
  const skipped: SkippedImage[] = [];
  for await (const { start, end } of inPieces(files.length, FILES_A_PIECE, watch)) {
    const piece = files.slice(start, end);
    const images: Float32Array[] = [];
    const broken = await forEachImage(folder, piece, { signal: watch.signal }, async (_, i) => {
      images[i] = toUnitRange((await readTaken(folder, piece[i], rectangle, channels, cropping)).data);
    });
    const read = Object.values(images);
    const batch = new Float32Array(read.length * channels * areaOf(rectangle));
    read.forEach((image, i) => batch.set(image, i * image.length));
    codes.set((await model.encode(batch)).mu, encoded.length * latentSize);
    encoded.push(...piece.filter((_, i) => i in images));
    skipped.push(...broken);
  }
  return { codes: codes.slice(0, encoded.length * latentSize), files: encoded, skipped };
}
