/**
 * Brings the faces of a folder onto one another: eyes in the same place, heads of the same size.
 *
 * No trained detector takes part. The folder teaches itself: a drawn face finds likely faces, their mean is a better
 * template than the drawing, which finds them better, and so on ("congealing": Learned-Miller 2006, "Data driven image
 * models through continuous joint alignment"; the means are taken over the better-fitting part as in trimmed EM).
 * First the whole head is looked for everywhere, then brows, eyes, nose and mouth are fitted within it.
 */
import { betweenPieces, throwIfCancelled, type Watch } from '../../scheduling/watch';
import { CHANNELS, type FeatureMap, type GreyImage } from './features';
import {
  ANYWHERE,
  FACE,
  HEAD,
  look,
  placeOf,
  priorOf,
  quantile,
  searchAround,
  searchEverywhere,
  spreadOf,
  type Fit,
  type Level,
  type Place,
  type Prior,
} from './search';
import { cosine, drawnFace, EYES, mirrored, template, type Template } from './template';

/** A square part of an image, in multiples of the image's shorter side. It may reach outside the image. */
export interface Crop {
  left: number;
  top: number;
  side: number;
}

/** Progress counts visits to an image, several each. */
export interface AlignOptions extends Watch {
  /** Chooses the images a large folder's template is learned from. */
  seed?: number;
}

export interface Alignment {
  /** One crop per image. Multiply by the shorter side of the image to get pixels: `left`, `top` and `side` alike. */
  crops: Crop[];
  /** How much each image looks like the folder's face there, −1..1; all 0 where the plain crop was kept for all. */
  score: Float32Array;
  /** Finds the same crop in images that come later; null where the plain crop was kept for all. */
  finder: FaceFinder | null;
}

/** What a folder has taught about its faces. */
export interface FaceFinder {
  head: Template;
  face: Template;
  /** Where they usually are. */
  prior: Prior;
  /** The change of size that keeps their crops inside their images, in octaves. */
  shrink: number;
}

/** Images the template is learned from; more make it no sharper. */
const LEARNED_FROM = 160;
/** What the drawn face weighs in the mean, in images: keeps a handful of images from wandering off. */
const DRAWN_WEIGHT = 5;
/** Rounds of learning at each level. */
const HEAD_ROUNDS = 3;
const FACE_ROUNDS = 4;
/** Shares of the worst fits left out of the mean, while still lost and once found. */
const DROP_LOST = 0.4;
const DROP_FOUND = 0.2;

/** Searches around a fit, coarse to fine: cells to every side, sizes in octaves. */
const NEAR = { margin: 4, steps: [-0.4, -0.2, 0, 0.2, 0.4] };
const NEARER = { margin: 2, steps: [-0.12, -0.06, 0, 0.06, 0.12] };
const NEAREST = { margin: 1, steps: [-0.04, -0.02, 0, 0.02, 0.04] };

/**
 * A folder is one of faces if the means of its heads and of its faces look like the drawing (the average of the two
 * counts), its mean head looks like its own mirror image, and its faces look like their mean.
 */
const LIKE_DRAWN = 0.56;
const LIKE_MIRRORED = 0.6;
const LIKE_MEAN = 0.25;
/** Fewer images than this cannot teach what they have in common. */
const FEWEST = 16;
/** Below this score an image gets the folder's usual crop. */
const LOST = 0.15;
/** How far crops may reach outside their images, as a share of their side, but for a share `SELDOM` of them. */
const OUTSIDE = 0.1;
const SELDOM = 0.1;
/** Scatter below which a folder counts as aligned already: shares of the crop's side across and down, octaves in size. */
const ALIGNED = { shift: 0.02, size: 0.08 };

/** The middle square. */
export function plainCrop({ width, height }: { width: number; height: number }): Crop {
  const short = Math.min(width, height);
  return { left: (width / short - 1) / 2, top: (height / short - 1) / 2, side: 1 };
}

/**
 * Crops that put the eyes of all faces `EYES.apart` of the crop's side apart, `EYES.y` below its top edge, with the whole
 * head inside. A folder without faces, one that is aligned already, or one too small to tell gets the middle squares.
 *
 * Linear in the number of images, about 8 ms each; lets the event loop run every few images. The same images, order and
 * seed give the same crops.
 *
 * @param thumbnails grey, 0..1, upright, longer side about 96 pixels (more is only slower); image and thumbnail must
 *   have the same proportions
 * @throws UserError `cancelled`
 */
export async function alignFaces(
  thumbnails: readonly GreyImage[],
  { onProgress, signal, seed = 0 }: AlignOptions = {},
): Promise<Alignment> {
  const sample = choose(thumbnails, LEARNED_FROM, seed);
  const total = sample.length * (HEAD_ROUNDS + FACE_ROUNDS) + thumbnails.length;
  let done = 0;
  let rested = performance.now();
  const each = async (images: readonly GreyImage[], fit: (image: GreyImage, i: number) => Fit): Promise<Fit[]> => {
    const fits: Fit[] = [];
    for (const [i, image] of images.entries()) {
      fits.push(fit(image, i));
      done++;
      if (performance.now() - rested < 15) continue;
      onProgress?.(done, total);
      await betweenPieces({ signal });
      rested = performance.now();
    }
    return fits;
  };
  throwIfCancelled(signal);
  const plain = { crops: thumbnails.map(plainCrop), score: new Float32Array(thumbnails.length), finder: null };
  if (sample.length < FEWEST) return plain;

  let prior = ANYWHERE;
  let head = template(drawn(HEAD));
  let face = template(drawn(FACE));
  let fits: Fit[] = [];
  for (let round = 0; round < HEAD_ROUNDS; round++) {
    fits = await each(sample, (image) => searchEverywhere(image, HEAD, head, prior));
    const found = better(fits, DROP_LOST);
    head = learn(sumOf(sample, fits, found, HEAD), HEAD);
    prior = priorOf(found.map((i) => fits[i]));
  }
  for (let round = 0; round < FACE_ROUNDS; round++) {
    const { margin, steps } = round < FACE_ROUNDS / 2 ? NEAR : NEARER;
    fits = await each(sample, (image, i) => searchAround(image, fits[i], FACE, face, prior, margin, steps));
    face = learn(sumOf(sample, fits, better(fits, DROP_FOUND), FACE), FACE);
  }
  const found = better(fits, DROP_FOUND);
  const means = { head: sumOf(sample, fits, found, HEAD), face: sumOf(sample, fits, found, FACE) };
  head = learn(means.head, HEAD);
  prior = priorOf(found.map((i) => fits[i]));

  const faces = areFaces(means, fits);
  if (faces) fits = await each(thumbnails, (image) => findFace(image, { head, face, prior }));
  onProgress?.(total, total);
  if (!faces || areAligned(fits)) return plain;
  const finder = { head, face, prior, shrink: shrinkOf(thumbnails, fits, prior) };
  return {
    crops: thumbnails.map((image, i) => cropOf(image, fits[i], finder)),
    score: Float32Array.from(fits, (fit) => fit.score),
    finder,
  };
}

/**
 * The crop of one more image, such that its face lies on those of the folder that taught `finder`; where no face is
 * `found`, it is the folder's usual crop.
 */
export function alignFace(thumbnail: GreyImage, finder: FaceFinder): { crop: Crop; found: boolean } {
  const fit = findFace(thumbnail, finder);
  return { crop: cropOf(thumbnail, fit, finder), found: fit.score >= LOST };
}

/** The face in an image: first the head anywhere in it, then the features of the face, coarse to fine. */
function findFace(image: GreyImage, { head, face, prior }: Omit<FaceFinder, 'shrink'>): Fit {
  let fit = searchEverywhere(image, HEAD, head, prior);
  for (const { margin, steps } of [NEAR, NEARER, NEAREST]) {
    fit = searchAround(image, fit, FACE, face, prior, margin, steps);
  }
  return fit;
}

/** `count` of the images, chosen by `seed`, all of them if there are no more. */
function choose<T>(items: readonly T[], count: number, seed: number): readonly T[] {
  if (items.length <= count) return items;
  const chosen = items.slice();
  let state = seed >>> 0;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes' generator: enough to choose by.
    const j = i + Math.floor((state / 2 ** 32) * (chosen.length - i));
    [chosen[i], chosen[j]] = [chosen[j], chosen[i]];
  }
  return chosen.slice(0, count);
}

/** What a level sees of the drawn face. */
function drawn(level: Level): FeatureMap {
  return look(drawnFace(), { x: 0, y: EYES.y - 0.5, size: 0 }, level);
}

/** Indices of all but the worst share `drop` of the fits. */
function better(fits: Fit[], drop: number): number[] {
  const least = quantile(
    fits.map((fit) => fit.score),
    drop,
  );
  return [...fits.keys()].filter((i) => fits[i].score >= least);
}

/** Sum of what a level sees at the fits named by `which`. */
function sumOf(images: readonly GreyImage[], fits: Fit[], which: number[], level: Level): FeatureMap {
  const data = new Float32Array(level.columns * level.rows * CHANNELS);
  for (const i of which) {
    const seen = look(images[i], fits[i], level).data;
    for (let k = 0; k < data.length; k++) data[k] += seen[k];
  }
  return { columns: level.columns, rows: level.rows, data };
}

/** The template of a sum of faces, the drawn one among them. */
function learn(sum: FeatureMap, level: Level): Template {
  const start = drawn(level);
  return template({ ...sum, data: sum.data.map((value, k) => value + DRAWN_WEIGHT * start.data[k]) });
}

/** Whether what a folder has taught is a face. */
function areFaces({ head, face }: { head: FeatureMap; face: FeatureMap }, fits: Fit[]): boolean {
  const scores = fits.map((fit) => fit.score);
  const likeDrawn = (cosine(template(head), template(drawn(HEAD))) + cosine(template(face), template(drawn(FACE)))) / 2;
  return likeDrawn > LIKE_DRAWN && cosine(head, mirrored(head)) > LIKE_MIRRORED && quantile(scores, 0.5) > LIKE_MEAN;
}

/** Whether the faces are in one place to begin with, so that moving them would only add noise. */
function areAligned(fits: Fit[]): boolean {
  const [x, y, size] = spreadOf(fits);
  const side =
    2 **
    quantile(
      fits.map((fit) => fit.size),
      0.5,
    );
  return Math.max(x, y) < ALIGNED.shift * side && size < ALIGNED.size;
}

/** Where a face is assumed to be: at its fit, or where faces usually are if it has no fit. */
const foundOr = (fit: Fit, { mean: [x, y, size] }: Prior): Place => (fit.score < LOST ? { x, y, size } : fit);

/** The change of size, in octaves, by which whole heads do not reach far outside images that faces fill, −1..0. */
function shrinkOf(images: readonly GreyImage[], fits: Fit[], prior: Prior): number {
  const inside = fits.map((fit, i) => insideOf(images[i], foundOr(fit, prior)));
  return Math.log2(Math.min(1, Math.max(0.5, quantile(inside, SELDOM))));
}

/** The square around a face, made smaller about the eyes. */
function cropOf(image: GreyImage, fit: Fit, { prior, shrink }: FaceFinder): Crop {
  const place = foundOr(fit, prior);
  const { left, top, side } = placeOf(image, { ...place, size: place.size + shrink });
  const short = Math.min(image.width, image.height);
  return { left: left / short, top: top / short, side: side / short };
}

/** The factor by which a crop may grow about its eyes until it reaches `OUTSIDE` of its side out of the image. */
function insideOf({ width, height }: GreyImage, fit: Place): number {
  const short = Math.min(width, height);
  const side = 2 ** fit.size;
  const x = width / short / 2 + fit.x;
  const y = height / short / 2 + fit.y;
  return Math.min(
    x / (side * (EYES.x - OUTSIDE)),
    y / (side * (EYES.y - OUTSIDE)),
    (width / short - x) / (side * (1 - EYES.x - OUTSIDE)),
    (height / short - y) / (side * (1 - EYES.y - OUTSIDE)),
  );
}
