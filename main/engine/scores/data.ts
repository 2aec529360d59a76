/** The images that a model is scored on, prepared as those it was trained on were, and split as they were. */
import path from 'node:path';
import { UserError } from '../../contract';
import {
  copiesIn,
  findImages,
  keptFiles,
  loadDataset,
  nearCopiesIn,
  pickImages,
  type Split,
  splitRows,
  toUnitRange,
  type Images,
} from '../images';
import { noImages, noneReadable } from '../images/dataset';
import { forEachImage, type ImageWatch } from '../images/each';
import { faceCropping } from '../images/faces';
import { readTaken } from '../images/taken';
import { type Model, rectangleOf } from '../models';
import { throwIfCancelled } from '../scheduling/watch';
import { permutation, random } from '../maths/random';

/** Of a folder that the model was not trained on. */
const FIXED_SEED = 0;
const FIXED_SHARE = 0.2;
/** More images would take long and say no more. */
const MOST_IMAGES = 20_000;
/** Training images whose codes are compared with those in the model to recognise the folder. */
const COMPARED = 16;
/**
 * Largest difference of a code from the stored one, relative to the codes' size: other machines round otherwise, and other
 * versions crop by a fraction of a pixel otherwise. Codes of other images differ by more than their size.
 */
const SAME_CODE = 0.2;

export interface ScoredImages {
  folder: string;
  /**
   * `training`: the folder is the one the model was trained on, and the images held out then are held out now.
   * `fixed`: another folder, a fixed fifth of which is held out.
   */
  split: 'training' | 'fixed';
  training: Images;
  heldOut: Images;
  /** Names of the files behind both, relative to the folder. */
  trainingFiles: string[];
  heldOutFiles: string[];
  skipped: number;
}

/**
 * A model without an encoder is compared with any images: which it was trained on cannot be told.
 * @throws UserError `no-images` when there are fewer than two, or none of the training folder was held out; `not-found` | `no-access`, `cancelled`
 */
export async function loadScoredImages(model: Model, folder: string, watch: ImageWatch = {}): Promise<ScoredImages> {
  const found = await findImages(folder, watch.signal);
  if (found.files.length === 0) throw noImages(folder);
  return (await asTrained(model, folder, found.files, watch)) ?? (await asOther(model, folder, found.files, watch));
}

/** The folder as training saw it; null when the model was trained on another one. */
async function asTrained(
  model: Model,
  folder: string,
  found: string[],
  watch: ImageWatch,
): Promise<ScoredImages | null> {
  const manifest = model.source?.manifest;
  if (!manifest || !model.codes || !model.card.canEncode) return null;
  const { seed, align, curation } = manifest.training;
  const share = manifest.training.validation;
  const { images, validationImages, skipped } = manifest.dataset;
  const files = keptFiles(found, curation).length;
  const sameSize = files - (images + validationImages) >= 0 && files - (images + validationImages) <= skipped;
  if (!sameSize || seed === undefined || align === undefined || typeof share !== 'number') return null;

  const like = { channels: model.card.channels, faces: model.faces };
  const dataset = await loadDataset(folder, { ...rectangleOf(model), align, curation, like, ...watch });
  if (dataset.count !== images + validationImages) return null;
  if (validationImages === 0 && (await hasCodesOf(model, pickImages(dataset, firstRows(dataset.count))))) {
    throw new UserError('no-images.none-held-out', { folder });
  }
  // Near copies are kept together since there are such; older models were split without them.
  const splits = [await nearCopiesIn(dataset, watch), copiesIn(dataset)].map((same) =>
    splitRows(dataset.count, seed, share, same),
  );
  let rows: Split | null = null;
  for (const split of splits) {
    if (rows || split.heldOut.length !== validationImages) continue;
    if (await hasCodesOf(model, pickImages(dataset, split.training.subarray(0, COMPARED)))) rows = split;
  }
  if (!rows) return null;
  const names = (which: Uint32Array) => Array.from(which, (row) => dataset.files[row]);
  const training = thinned(rows.training, seed);
  return {
    folder: path.resolve(folder),
    split: 'training',
    training: pickImages(dataset, training),
    heldOut: pickImages(dataset, rows.heldOut.subarray(0, MOST_IMAGES)),
    trainingFiles: names(training),
    heldOutFiles: names(rows.heldOut.subarray(0, MOST_IMAGES)),
    skipped: dataset.skipped.length,
  };
}

const firstRows = (count: number) => Uint32Array.from({ length: Math.min(COMPARED, count) }, (_, row) => row);

/** At most so many rows, chosen by the seed, in their order. */
function thinned(rows: Uint32Array, seed: number): Uint32Array {
  if (rows.length <= MOST_IMAGES) return rows;
  const chosen = permutation(rows.length, random(seed, 'scored')).subarray(0, MOST_IMAGES).sort();
  return chosen.map((i) => rows[i]);
}

/** Whether the model's first codes are those of these images. */
async function hasCodesOf(model: Model, images: Images): Promise<boolean> {
  const { mu } = await model.encode(toUnitRange(images.pixels));
  const stored = model.codes!.subarray(0, mu.length);
  let difference = 0;
  let size = 0;
  for (let i = 0; i < mu.length; i++) {
    difference += (mu[i] - stored[i]) ** 2;
    size += stored[i] ** 2;
  }
  return difference <= SAME_CODE ** 2 * size;
}

/** Another folder: each face is found as the model finds faces, and a fixed fifth of the images held out. */
async function asOther(model: Model, folder: string, files: string[], watch: ImageWatch): Promise<ScoredImages> {
  const { channels } = model.card;
  const rectangle = rectangleOf(model);
  const cropping = model.faces && faceCropping(model.faces);
  const order = permutation(files.length, random(FIXED_SEED, 'split'));
  const chosen = Array.from(order.subarray(0, MOST_IMAGES), (i) => files[i]).sort();
  const read: Uint8Array[] = [];
  const skipped = await forEachImage(folder, chosen, watch, async (_, i) => {
    read[i] = (await readTaken(folder, chosen[i], rectangle, channels, cropping)).data;
  });
  throwIfCancelled(watch.signal);
  const images = Object.values(read);
  const names = chosen.filter((_, i) => i in read);
  if (images.length === 0) throw noneReadable(folder, skipped);
  if (images.length < 2) {
    throw new UserError('no-images.too-few-to-score', { folder });
  }
  const pixels = new Uint8Array(images.length * images[0].length);
  images.forEach((image, i) => pixels.set(image, i * image.length));
  const rows = splitRows(images.length, FIXED_SEED, FIXED_SHARE);
  return {
    folder: path.resolve(folder),
    split: 'fixed',
    training: pickImages({ channels, ...rectangle, pixels }, rows.training),
    heldOut: pickImages({ channels, ...rectangle, pixels }, rows.heldOut),
    trainingFiles: Array.from(rows.training, (row) => names[row]),
    heldOutFiles: Array.from(rows.heldOut, (row) => names[row]),
    skipped: skipped.length,
  };
}
