/** The report's pictures: midpoints beside the true middle, and samples. Models of the headline's setting, first seed. */
import sharp from '../sharp';
import type { ImageBatch } from '../../contract';
import { contactSheet } from '../exports/picture';
import { planar, toImageBatch } from '../images';
import { drawFace } from '../images/synthetic/draw';
import { type Model, openModel, priorCodes } from '../models';
import { pairOf } from '../scores';
import type { ExperimentFolder } from './folder';
import type { Figure } from './figures';
import { SHOWN } from './measure';
import { KINDS, nameOf, type Plan } from './plan';
import type { Run } from './summary';

/** Pairs of faces that are shown, one a column; samples are shown in as many columns. */
export const PAIRS = 8;
/** Pixels a side that a face has in the report, about. */
const PIXELS = 64;

export async function picturesOf(
  folder: ExperimentFolder,
  { main, seed }: Plan,
  runs: readonly Run[],
): Promise<Figure[]> {
  const size = main.imageSize;
  const pairs = Array.from({ length: PAIRS }, (_, pair) => pairOf('jaw', pair));
  /** One face of each pair, `[PAIRS, 3, size, size]`. */
  const [least, most, middle] = [0, 1, 2].map((which) => {
    const images = new Float32Array(PAIRS * 3 * size * size);
    pairs.forEach((pair, n) => images.set(planar(drawFace(pair[which], size), 3), n * 3 * size * size));
    return images;
  });
  const drawn = (images: Float32Array) =>
    toImageBatch(images, { count: PAIRS, channels: 3, height: size, width: size });
  const figures: Figure[] = [
    await picture('jaw-least', 'pointed jaw', drawn(least)),
    await picture('jaw-middle', 'true middle', drawn(middle)),
    await picture('jaw-most', 'square jaw', drawn(most)),
  ];
  for (const kind of KINDS) {
    const name = kind.toUpperCase();
    const training = nameOf({ kind, setting: main, seed });
    const { fromMixture } = runs.find((run) => nameOf(run) === training)!;
    const model = await openModel(folder.at('models', training));
    try {
      const d = model.card.latentSize;
      const show = async (file: string, title: string, codes: Float32Array) =>
        figures.push(await picture(`${file}-${kind}`, `${name}, ${title}`, await model.decodePixels(codes)));
      await show('jaw', 'midpoint', await midpoints(model, least, most));
      await show('prior', 'N(0, I)', priorCodes(d, SHOWN, seed));
      await show('mixture', 'mixture', Float32Array.from(fromMixture));
    } finally {
      await model.release();
    }
  }
  return figures;
}

/** Rows of `PAIRS` pictures, enlarged by whole pixels. */
async function picture(name: string, title: string, images: ImageBatch): Promise<Figure> {
  const scale = Math.max(1, Math.floor(PIXELS / images.width));
  const strip = await contactSheet(images, { format: 'png', size: images.width, columns: PAIRS, gap: 0 }, null);
  const { width } = await sharp(strip).metadata();
  const bytes = await sharp(strip)
    .resize({ width: scale * width, kernel: 'nearest' })
    .png()
    .toBuffer();
  return { name: `${name}.png`, title, bytes };
}

/** Codes half-way between those of two batches of images. */
async function midpoints(model: Model, least: Float32Array, most: Float32Array): Promise<Float32Array> {
  const [a, b] = [(await model.encode(least)).mu, (await model.encode(most)).mu];
  return a.map((value, i) => (value + b[i]) / 2);
}
