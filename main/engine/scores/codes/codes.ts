/** Codes to score with: of images, from the prior and from a mixture, and between two faces. */
import { toUnitRange, type Images } from '../../images';
import { decodeInPieces, type Model, rectangleOf } from '../../models';
import { areaOf } from '../../maths/rectangle';
import { inPieces, type Watch } from '../../scheduling/watch';
import { sampleMixture, type Mixture } from '../../maths/gaussian-mixture';
import { random } from '../../maths/random';

/** Images encoded or decoded at a time. */
const IMAGES_A_PIECE = 64;

/** Rows of a posterior, `[count, latentSize]`; an AE has no log-variance. */
export interface Encoded {
  mu: Float32Array;
  logVar: Float32Array | null;
}

/** @throws UserError `bad-model` when the model cannot encode, `cancelled` */
export async function encodeImages(model: Model, images: Images, watch: Watch): Promise<Encoded> {
  const values = images.channels * areaOf(images);
  const d = model.card.latentSize;
  const mu = new Float32Array(images.count * d);
  let logVar: Float32Array | null = null;
  for await (const { start, end } of inPieces(images.count, IMAGES_A_PIECE, watch)) {
    const posterior = await model.encode(toUnitRange(images.pixels.subarray(start * values, end * values)));
    mu.set(posterior.mu, start * d);
    if (posterior.logVar) (logVar ??= new Float32Array(mu.length)).set(posterior.logVar, start * d);
  }
  return { mu, logVar };
}

/** What codes decode to, as images of bytes. @throws UserError `cancelled` */
export async function decodeImages(model: Model, codes: Float32Array, watch: Watch): Promise<Images> {
  const { latentSize: d, channels } = model.card;
  const rectangle = rectangleOf(model);
  const count = codes.length / d;
  const values = channels * areaOf(rectangle);
  const pixels = new Uint8Array(count * values);
  for await (const { start, images } of decodeInPieces(model, codes, watch, IMAGES_A_PIECE)) {
    pixels.set(new Uint8ClampedArray(images.map((value) => 255 * value)), start * values);
  }
  return { count, channels, ...rectangle, pixels };
}

/** `count` codes from a mixture, `[count, latentSize]`. */
export function mixtureCodes(mixture: Mixture, count: number, seed: number): Float32Array {
  return sampleMixture(mixture, count, random(seed, 'mixture sample'));
}

/** The middle between each of at least two codes and another one chosen at random. */
export function midpoints(codes: Float32Array, latentSize: number): Float32Array {
  const count = codes.length / latentSize;
  const rng = random(0, 'midpoints');
  const result = new Float32Array(codes.length);
  for (let n = 0; n < count; n++) {
    const other = (n + 1 + rng.integer(count - 1)) % count;
    for (let i = 0; i < latentSize; i++) {
      result[n * latentSize + i] = (codes[n * latentSize + i] + codes[other * latentSize + i]) / 2;
    }
  }
  return result;
}

/** At most `most` rows, the first of a seeded order. */
export function randomRows(codes: Float32Array, latentSize: number, most: number): Float32Array {
  const count = codes.length / latentSize;
  if (count <= most) return codes;
  const rng = random(0, 'rows');
  const order = Uint32Array.from({ length: count }, (_, n) => n);
  const rows = new Float32Array(most * latentSize);
  for (let n = 0; n < most; n++) {
    const other = n + rng.integer(count - n);
    [order[n], order[other]] = [order[other], order[n]];
    rows.set(codes.subarray(order[n] * latentSize, (order[n] + 1) * latentSize), n * latentSize);
  }
  return rows;
}
