/** The faces a model knows, where they lie and how they look. */
import sharp from '../sharp';
import type { Cloud, ThumbnailSheets } from '../../contract';
import { type Model } from '../models';
import { decodeLabels, LABELS } from '../models/files/labels';
import { decodeNames, NAMES } from '../models/files/names';
import { appendThumbnails, gridOf, makeThumbnails, sheetName } from '../models/files/thumbnails';
import { addFiles } from '../models/write';
import type { Watch } from '../scheduling/watch';
import type { Geometry } from './geometry';
import { joined } from '../maths/joined';
import { normals, random } from '../maths/random';
import type { OwnPhotos } from './photos/own-photos';

/** Draws from the prior that are shown for a model without codes. */
const DRAWS = 512;

/**
 * The model's codes in the frame of their principal components, with a thumbnail each, and after them a
 * person's own photos. A model without codes shows those
 * that stand in for them, or 512 draws from the prior N(0, I), always the same. Thumbnails that the model folder lacks are decoded, and kept in it where
 * it can be written.
 * @throws UserError `cancelled`, `bad-model`
 */
export async function cloudOf(model: Model, geometry: Geometry, photos: OwnPhotos, watch: Watch = {}): Promise<Cloud> {
  const { latentSize } = model.card;
  const own = cloudCodes(model);
  const framed = await geometry.frame({ kind: 'principal' });
  const thumbnails = (await storedThumbnails(model)) ?? (await newThumbnails(model, own, watch));
  const names = await namesOf(model);
  const labels = await labelsOf(model);
  const codes = joined(own, photos.codes);
  return {
    count: codes.length / latentSize,
    photos: photos.entries.map(({ id }) => id),
    source: model.codes ? 'codes' : 'prior',
    codes,
    logVar: model.logVar && joined(model.logVar, photos.logVar ?? new Float32Array(0)),
    names: names && [...names, ...photos.entries.map(({ name }) => name)],
    labels: labels && [...labels, ...photos.entries.map(() => [])],
    ...framed,
    thumbnails:
      photos.entries.length > 0
        ? await appendThumbnails(thumbnails, own.length / latentSize, await model.decodePixels(photos.codes))
        : thumbnails,
  };
}

/** Names of the files that the model's codes come from; null where it has none. */
export async function namesOf({ source, codes, card }: Model): Promise<string[] | null> {
  const bytes = codes && (await source?.read(NAMES));
  return bytes ? decodeNames(bytes, codes.length / card.latentSize, card.path) : null;
}

/** What is known of the images that the model's codes come from; null where nothing is. */
export async function labelsOf({ source, codes, card }: Model): Promise<string[][] | null> {
  const bytes = codes && (await source?.read(LABELS));
  return bytes ? decodeLabels(bytes, codes.length / card.latentSize, card.path) : null;
}

/** The codes of the model's cloud, `[count, latentSize]`. */
export function cloudCodes({ codes, standIns, card: { latentSize } }: Model): Float32Array {
  return codes ?? standIns ?? normals(DRAWS * latentSize, random(0, 'prior cloud'));
}

async function newThumbnails(model: Model, codes: Float32Array, watch: Watch): Promise<ThumbnailSheets> {
  const { latentSize, imageSize } = model.card;
  const decode = (some: Float32Array) => model.decodePixels(some);
  const thumbnails = await makeThumbnails(decode, codes, latentSize, imageSize, watch);
  const folder = model.source?.folder;
  if (folder) {
    const files = Object.fromEntries(thumbnails.sheets.map((sheet, s) => [sheetName(s), sheet]));
    await addFiles(folder, files).catch((error: Error) => {
      // A model on a read-only or full disk opens all the same, only slower the next time.
      console.warn(`Thumbnails could not be kept with the model: ${error.message}`);
    });
  }
  return thumbnails;
}

/** Pixels of a sheet; none where it is not a whole picture: it is decoded again. */
async function sizeOf(sheet: Uint8Array): Promise<{ width: number; height: number }> {
  const bytes = Buffer.from(sheet.buffer, sheet.byteOffset, sheet.byteLength);
  // a WebP file says in its head how long it is
  const whole = bytes.length > 12 && bytes.readUInt32LE(4) + 8 === bytes.length;
  return whole
    ? sharp(bytes)
        .metadata()
        .catch(() => NOTHING)
    : NOTHING;
}
const NOTHING = { width: 0, height: 0 };

/** The sheets in the model folder; null when it has none, or they are not packed as ours. */
async function storedThumbnails({ source, codes, card }: Model): Promise<ThumbnailSheets | null> {
  if (!source || !codes) return null;
  const count = codes.length / card.latentSize;
  const grid = gridOf(count, card.imageSize);
  const sheets: Uint8Array[] = [];
  for (let first = 0; first < count; first += grid.perSheet) {
    const sheet = await source.read(sheetName(sheets.length));
    if (!sheet) return null;
    const { width, height } = await sizeOf(sheet);
    const rows = Math.ceil(Math.min(grid.perSheet, count - first) / grid.columns);
    if (width !== grid.columns * grid.tile || height !== rows * grid.tile) return null;
    sheets.push(sheet);
  }
  return { ...grid, sheets };
}
