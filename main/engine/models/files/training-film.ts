/**
 * The film of a training in a model folder: `film.json`, `film-codes.npy` (float16), `film.webp`, and for a VAE
 * `film-posteriors.npy`.
 */
import { dump, parse } from 'npyjs';
import sharp from '../../sharp';
import * as v from 'valibot';
import { type ImageBatch, UserError } from '../../../contract';
import { sheetPixels } from '../../images/batch';
import { LARGEST_HALF, toHalf } from '../../maths/half-precision';
import type { Source } from '../source';
import { FARTHEST } from './codes';

export const FILM = {
  facts: 'film.json',
  codes: 'film-codes.npy',
  posteriors: 'film-posteriors.npy',
  sheet: 'film.webp',
};

/** Good for faces of 64 pixels and less, at a tenth of a lossless file. */
const QUALITY = 82;

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const positive = v.pipe(v.number(), v.integer(), v.minValue(1));
const schema = v.object({
  format: v.literal(1),
  /** Of the frames, ascending. */
  steps: v.pipe(v.array(whole), v.nonEmpty()),
  /** Of the whole run as it was planned, and the share of it over which the KL term warmed up. */
  planned: positive,
  warmUp: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  /** Numbers of the training images followed, ascending. */
  faces: v.pipe(v.array(whole), v.nonEmpty()),
  /** Pixels a side of a picture, and how many there are of each kind in a frame. */
  tile: positive,
  reconstructions: whole,
  samples: whole,
});

export type FilmFacts = Omit<v.InferOutput<typeof schema>, 'format'>;

/** The numbers of a film. */
export interface FilmNumbers extends FilmFacts {
  /** `[frames, faces, latentSize]` */
  codes: Float32Array;
  /** `[frames, 2, latentSize]`, means over the faces: KL(q(z|x) ‖ p(z)) in nats, and σ. Null for a model without posteriors. */
  posteriors: Float32Array | null;
}

/** A film as it was recorded. */
export interface Film extends FilmNumbers {
  /** Frame after frame, in each the reconstructions, then the samples. */
  pictures: ImageBatch;
}

export async function encodeFilm(
  { codes, posteriors, pictures, ...facts }: Film,
  latentSize: number,
): Promise<Record<string, Uint8Array>> {
  const frames = facts.steps.length;
  const { data, width, height } = sheetPixels(pictures, facts.reconstructions + facts.samples);
  const sheet = sharp(data, { raw: { width, height, channels: 3 } }).webp({ quality: QUALITY, smartSubsample: true });
  return {
    [FILM.facts]: new TextEncoder().encode(JSON.stringify({ format: 1, ...facts }) + '\n'),
    [FILM.codes]: new Uint8Array(
      dump(toHalf(codes.map(held)), [frames, facts.faces.length, latentSize], { dtype: 'f2' }),
    ),
    ...(posteriors && { [FILM.posteriors]: new Uint8Array(dump(posteriors, [frames, 2, latentSize])) }),
    [FILM.sheet]: new Uint8Array(await sheet.toBuffer()),
  };
}

/**
 * The film of a model; null when it has none.
 * @param where the model's path, for the sentence
 * @throws UserError `bad-model`
 */
export async function decodeFilm(source: Source, where: string): Promise<(FilmNumbers & { sheet: Uint8Array }) | null> {
  const [text, codes, sheet, posteriors] = await Promise.all(
    [FILM.facts, FILM.codes, FILM.sheet, FILM.posteriors].map((name) => source.read(name)),
  );
  if (!text) return null;
  const { latentSize, kind, dataset } = source.manifest;
  try {
    const { format: _, ...facts } = v.parse(schema, JSON.parse(new TextDecoder().decode(text)));
    const { steps, faces, tile, reconstructions, samples } = facts;
    const ascending = [steps, faces].every((list) => list.every((n, i) => i === 0 || n > list[i - 1]));
    if (!ascending || faces[faces.length - 1] >= dataset.images) throw new Error('order');
    const { width, height } = await sharp(sheet!).metadata();
    if (width !== tile * (reconstructions + samples) || height !== tile * steps.length) throw new Error('sheet');
    return {
      ...facts,
      codes: decodeNumbers(codes!, [steps.length, faces.length, latentSize]),
      posteriors: kind === 'vae' ? decodeNumbers(posteriors!, [steps.length, 2, latentSize]) : null,
      sheet: sheet!,
    };
  } catch {
    throw new UserError('bad-model.film-invalid', { where });
  }
}

function decodeNumbers(bytes: Uint8Array, shape: number[]): Float32Array {
  // its own buffer: npyjs reads from the start
  const { data, shape: found, fortranOrder } = parse(new Uint8Array(bytes).buffer);
  const values = Float32Array.from(data as Float32Array);
  const size = shape.reduce((a, b) => a * b, 1);
  const fits =
    !fortranOrder &&
    found.join() === shape.join() &&
    values.length === size &&
    values.every((value) => Math.abs(value) <= FARTHEST);
  if (!fits) throw new Error('numbers');
  return values;
}

/** Codes that are farther than half precision reaches are as far as it reaches. */
const held = (value: number): number => Math.max(-LARGEST_HALF, Math.min(LARGEST_HALF, value));
