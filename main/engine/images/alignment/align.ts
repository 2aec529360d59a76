/**
 * Brings the faces of a folder onto one another: eyes in the same place, heads of the same size.
 *
 * No trained detector takes part. The folder teaches itself: a drawn face finds likely faces, their mean is a better
 * template than the drawing, which finds them better, and so on ("congealing": Learned-Miller 2006, "Data driven image
 * models through continuous joint alignment"; the means are taken over the better-fitting part as in trimmed EM).
 * First the whole head is looked for everywhere, then brows, eyes, nose and mouth are fitted within it.
 */
import { throwIfCancelled, type Watch } from '../../scheduling/watch';
import { type FaceFinder, fitInThread, type How, NEAR, NEARER } from './fit';
import { CHANNELS, type FeatureMap, type GreyImage } from './features';
import {
  ANYWHERE,
  FACE,
  HEAD,
  look,
  placeOf,
  priorOf,
  quantile,
  spreadOf,
  type Fit,
  type Level,
  type Place,
  type Prior,
} from './search';
import { cosine, drawnFace, EYES, mirrored, template, type Template } from './template';

export type { FaceFinder };

/** As `ImageCrop`. */
export interface Crop {
  left: number;
  top: number;
  side: number;
}

/** Images that a thread is given at a time. */
const IMAGES_A_JOB = 20;
/** What the drawn face weighs in the mean, in images: keeps a handful of images from wandering off. */
const DRAWN_WEIGHT = 5;
/** Rounds of learning at each level. */
const HEAD_ROUNDS = 3;
const FACE_ROUNDS = 4;
/** Shares of the worst fits left out of the mean, while still lost and once found. */
const DROP_LOST = 0.4;
const DROP_FOUND = 0.2;

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

/** The middle square; the square around the middle of the largest part of other proportions, see `Crop`. */
export function plainCrop(
  { width, height }: { width: number; height: number },
  shape: { size: number; height?: number } = { size: 1 },
): Crop {
  const short = Math.min(width, height);
  const side = Math.min(width, (height * shape.size) / (shape.height ?? shape.size)) / short;
  return { left: (width / short - side) / 2, top: (height / short - side) / 2, side };
}

/**
 * What the faces of a folder have in common, learned from some of its images; null for a folder without faces, one that is
 * aligned already, or one too small to tell.
 *
 * Crops put the eyes of all faces `EYES.apart` of the crop's side apart, `EYES.y` below its top edge, with the whole head
 * inside. The same images in the same order teach the same.
 *
 * @param thumbnails grey, 0..1, upright, longer side about 96 pixels (more is only slower), each with the proportions of
 *   its image; about 160: more make nothing sharper
 * @param watch progress counts visits to an image, several each
 * @throws UserError `cancelled`
 */
export async function learnFaces(
  thumbnails: readonly GreyImage[],
  { onProgress, signal }: Watch = {},
): Promise<FaceFinder | null> {
  throwIfCancelled(signal);
  if (thumbnails.length < FEWEST) return null;
  const total = thumbnails.length * (HEAD_ROUNDS + FACE_ROUNDS + 1);
  let done = 0;
  const fitAll = async (how: How, before?: Fit[]): Promise<Fit[]> => {
    const starts = Array.from({ length: Math.ceil(thumbnails.length / IMAGES_A_JOB) }, (_, i) => i * IMAGES_A_JOB);
    const pieces = starts.map(async (start) => {
      const piece = <T>(of: readonly T[]) => of.slice(start, start + IMAGES_A_JOB);
      throwIfCancelled(signal);
      const fits = await fitInThread({ images: piece(thumbnails), how, before: before && piece(before) });
      onProgress?.((done += fits.length), total);
      return fits;
    });
    const fits = (await Promise.all(pieces)).flat();
    throwIfCancelled(signal);
    return fits;
  };

  let prior = ANYWHERE;
  let head = template(drawn(HEAD));
  let face = template(drawn(FACE));
  let fits: Fit[] = [];
  let sure = 1;
  for (let round = 0; round < HEAD_ROUNDS; round++) {
    fits = await fitAll({ do: 'head', head, prior, sure });
    const found = better(fits, DROP_LOST);
    head = learn(sumOf(thumbnails, fits, found, HEAD), HEAD);
    prior = priorOf(found.map((i) => fits[i]));
    sure = sureOf(fits, DROP_FOUND);
  }
  for (let round = 0; round < FACE_ROUNDS; round++) {
    fits = await fitAll({ do: 'face', face, prior, ...(round < FACE_ROUNDS / 2 ? NEAR : NEARER) }, fits);
    face = learn(sumOf(thumbnails, fits, better(fits, DROP_FOUND), FACE), FACE);
  }
  const found = better(fits, DROP_FOUND);
  const means = { head: sumOf(thumbnails, fits, found, HEAD), face: sumOf(thumbnails, fits, found, FACE) };
  if (!areFaces(means, fits)) return null;
  head = learn(means.head, HEAD);
  prior = priorOf(found.map((i) => fits[i]));
  fits = await fitAll({ do: 'both', finder: { head, face, prior, sure } });
  if (areAligned(fits)) return null;
  return { head, face, prior, sure, shrink: shrinkOf(thumbnails, fits, prior) };
}

/**
 * The crop of one more image, such that its face lies on those of the folder that taught `finder`; where no face is
 * `found`, it is the folder's usual crop. In a thread, so that many can be found beside one another.
 * @throws UserError `cancelled`
 */
export async function alignFace(thumbnail: GreyImage, finder: FaceFinder): Promise<{ crop: Crop; found: boolean }> {
  const [fit] = await fitInThread({ images: [thumbnail], how: { do: 'both', finder } });
  return { crop: cropOf(thumbnail, fit, finder), found: fit.score >= LOST };
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

/** How well all but the worst share `drop` of the heads fit, their place counted. */
const sureOf = (fits: Fit[], drop: number): number =>
  quantile(
    fits.map((fit) => fit.total),
    drop,
  );

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
