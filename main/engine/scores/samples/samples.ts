/** How like real images generated ones are, as sets: what the prior, a mixture and midpoints between faces decode to. */
import type { Estimate, SampleQuality, SamplingScores } from '../../../contract';
import { toUnitRange, type Images } from '../../images';
import type { Decoder } from '../../models';
import { betweenPieces, inPieces, type Watch } from '../../scheduling/watch';
import { random, type Random } from '../../maths/random';
import { nearnessTo, NEIGHBOURS } from './density-coverage';
import { frechetDistanceTo, momentsOf, standardiser } from './frechet-distance';
import { gradientEnergy } from './gradient-energy';
import { areaOf } from '../../maths/rectangle';
import { FEATURE_SPACE, FEATURE_SIZE, FeatureNetwork } from './features';

/** Images of a set compared at a time; neighbours take time with its square. */
const LARGEST_HALF = 1000;
/** Images of a set that comparisons can use. */
export const MOST_SAMPLES = 2 * LARGEST_HALF;
const REPLICAS = 40;
/** Fewer real images than twice this say nothing about a distribution. */
const SMALLEST_HALF = 2 * NEIGHBOURS;
/** Images described at a time. */
const IMAGES_A_PIECE = 64;

/** Images to be compared with real ones: rows of codes, decoded here, `[n, latentSize]`. */
export type SampleCodes = Record<string, Float32Array>;

export interface SamplingOptions extends Watch {
  /** Splits of the real images into halves. */
  replicas?: number;
}

/**
 * The real images are split into halves at random, again and again: one half is the reference, the other the floor that
 * no generator can beat. Held-out images and those trained on count alike: a tenth of a folder is no distribution, and
 * half against half asks nothing of the model. Each other set gives as many images at random. Equal sizes matter: a Fréchet distance between
 * small samples is too large, and equally so for all of them then (Chong & Forsyth 2020). Values are means over the
 * splits; intervals the middle 95 % of them: the spread among half-samples is that of the whole sample's estimate
 * (Politis, Romano & Wolf 1999, subsampling).
 * @returns null when there are too few real images
 * @throws UserError `cancelled`
 */
export async function scoreSampling(
  model: Decoder,
  real: Images,
  sets: SampleCodes,
  { replicas = REPLICAS, onProgress, signal }: SamplingOptions = {},
): Promise<Omit<SamplingScores, 'reference'> | null> {
  const half = Math.min(LARGEST_HALF, Math.floor(real.count / 2));
  if (half < SMALLEST_HALF) return null;
  const rng = random(0, 'halves');
  const shown = Math.min(real.count, 2 * half);
  const total = shown + Object.values(sets).reduce((sum, codes) => sum + codes.length / model.latentSize, 0);
  let before = 0;
  const network = await FeatureNetwork.create(real.channels, real);
  try {
    const values = real.channels * areaOf(real);
    const energies: Record<string, number> = {};
    const describe = async (
      name: string,
      count: number,
      imagesAt: (start: number, end: number) => Promise<Float32Array>,
    ) => {
      const features = new Float32Array(count * FEATURE_SIZE);
      const pieceDone = (done: number) => onProgress?.(before + done, total);
      for await (const { start, end } of inPieces(count, IMAGES_A_PIECE, { signal, onProgress: pieceDone })) {
        const images = await imagesAt(start, end);
        energies[name] = (energies[name] ?? 0) + ((end - start) / count) * gradientEnergy(images, real);
        features.set(await network.features(images), start * FEATURE_SIZE);
      }
      before += count;
      return features;
    };
    const rows = chosen(real.count, shown, rng);
    const raw = await describe('real', shown, async (start, end) => {
      const images = new Float32Array((end - start) * values);
      for (let n = start; n < end; n++) {
        const bytes = real.pixels.subarray(rows[n] * values, (rows[n] + 1) * values);
        images.set(toUnitRange(bytes), (n - start) * values);
      }
      return images;
    });
    const standardise = standardiser(raw, FEATURE_SIZE);
    const realFeatures = standardise(raw);
    const features: Record<string, Float32Array> = {};
    for (const [name, codes] of Object.entries(sets)) {
      const d = model.latentSize;
      const decoded = await describe(name, codes.length / d, async (start, end) => {
        const images = await model.decode(codes.subarray(start * d, end * d));
        return images.map((value) => Math.min(1, Math.max(0, value)));
      });
      features[name] = standardise(decoded);
    }
    return {
      featureSpace: { description: FEATURE_SPACE, size: FEATURE_SIZE },
      sampleSize: half,
      replicas,
      gradientEnergy: Object.fromEntries(
        Object.entries(energies).map(([name, energy]) => [name, energy / (energies.real || 1)]),
      ),
      sets: await compare(realFeatures, features, half, replicas, rng, signal),
    };
  } finally {
    await network.release();
  }
}

type Values = Record<keyof SampleQuality, number[]>;

async function compare(
  real: Float32Array,
  sets: Record<string, Float32Array>,
  half: number,
  replicas: number,
  rng: Random,
  signal?: AbortSignal,
): Promise<Record<string, SampleQuality>> {
  const size = FEATURE_SIZE;
  const measured: Record<string, Values> = {};
  for (let replica = 0; replica < replicas; replica++) {
    await betweenPieces({ signal });
    const order = chosen(real.length / size, 2 * half, rng);
    const reference = order.subarray(0, half);
    const distanceOf = frechetDistanceTo(momentsOf(real, size, reference));
    const nearnessOf = nearnessTo(real, size, reference);
    const measure = (name: string, features: Float32Array, rows: Uint32Array) => {
      const values = (measured[name] ??= { frechet: [], density: [], coverage: [], precision: [] });
      values.frechet.push(distanceOf(momentsOf(features, size, rows)));
      const { density, coverage, precision } = nearnessOf(features, rows);
      values.density.push(density);
      values.coverage.push(coverage);
      values.precision.push(precision);
    };
    measure('real', real, order.subarray(half));
    for (const [name, features] of Object.entries(sets)) {
      measure(name, features, chosen(features.length / size, half, rng));
    }
  }
  const quality = (values: Values): SampleQuality => ({
    frechet: spread(values.frechet, half),
    density: spread(values.density, half),
    coverage: spread(values.coverage, half),
    precision: spread(values.precision, half),
  });
  return Object.fromEntries(Object.entries(measured).map(([name, values]) => [name, quality(values)]));
}

/** `count` different rows of `total` at random. */
function chosen(total: number, count: number, rng: Random): Uint32Array {
  const order = Uint32Array.from({ length: total }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const other = i + rng.integer(total - i);
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order.subarray(0, count);
}

function spread(values: number[], count: number): Estimate {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  return { value: values.reduce((a, b) => a + b, 0) / values.length, interval: [at(0.025), at(0.975)], count };
}
