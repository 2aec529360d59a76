/** The linear autoencoder that a run may begin as: PCA of its images, whitened, with logits for its decoder. */
import * as ort from '../../onnxruntime';
import { evenly } from '../../maths/evenly';
import { type Images, pickImages, toUnitRange } from '../../images';
import type { Watch } from '../../scheduling/watch';
import { fitPca } from '../../scores/reconstruction/pca';
import { Graph } from '../../training/graph';
import type { LinearAutoencoder } from '../../training/linear-start';
import { createSession } from '../../training/runtime';

/** Enough to see what images have in common: it is a start, and should be there at once. */
const IMAGES = 512;
const PASSES = 6;
/** Pure black and white have no logit. */
const LEAST = 0.02;

const logit = (x: number): number => {
  const p = Math.min(1 - LEAST, Math.max(LEAST, x));
  return Math.log(p / (1 - p));
};

/**
 * The encoder takes the principal components, each divided by its standard deviation. The decoder gives logits: their
 * regression on these codes, `Σ code ⊗ logit(x) / n`, for codes of PCA are uncorrelated. The same images give the same
 * numbers. Directions beyond those that the images have are zero.
 * @throws UserError `cancelled`
 */
export async function fitLinearStart(all: Images, latentSize: number, watch: Watch = {}): Promise<LinearAutoencoder> {
  const images = pickImages(all, evenly(all.count, IMAGES));
  const { mean, components, count: kept } = await fitPca(images, latentSize, watch, PASSES);
  const [values, n] = [mean.length, images.count];
  const x = toUnitRange(images.pixels);
  for (let i = 0; i < x.length; i++) x[i] -= mean[i % values];
  const table = Float32Array.from({ length: 256 }, (_, byte) => logit(byte / 255));
  const logits = new Float32Array(x.length);
  const meanLogits = new Float32Array(values);
  for (let i = 0; i < logits.length; i++) {
    logits[i] = table[images.pixels[i]];
    meanLogits[i % values] += logits[i] / n;
  }

  const { codes, regression } = await products({ x, logits, components }, { n, kept, values });
  const encode = new Float32Array(values * latentSize);
  const decode = new Float32Array(latentSize * values);
  const origin = new Float32Array(latentSize);
  for (let k = 0; k < kept; k++) {
    let squares = 0;
    for (let i = 0; i < n; i++) squares += codes[i * kept + k] ** 2;
    const deviation = Math.sqrt(squares / n);
    if (deviation < 1e-6) continue; // nothing varies along it but rounding
    const along = signOf(components.subarray(k * values, (k + 1) * values)) / deviation;
    for (let i = 0; i < values; i++) {
      const component = components[k * values + i] * along;
      encode[i * latentSize + k] = component;
      origin[k] -= component * mean[i];
      decode[k * values + i] = (regression[k * values + i] * along) / n;
    }
  }
  return { encode, origin, decode, mean: meanLogits };
}

/** Of the two directions of a component, that in which its largest entry is positive. */
function signOf(component: Float32Array): number {
  let largest = 0;
  for (const value of component) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return Math.sign(largest);
}

/** x·Cᵀ `[n, kept]`, and the product of its columns with logits, `[kept, values]`. */
async function products(
  data: { x: Float32Array<ArrayBuffer>; logits: Float32Array<ArrayBuffer>; components: Float32Array },
  { n, kept, values }: { n: number; kept: number; values: number },
): Promise<{ codes: Float32Array; regression: Float32Array }> {
  if (kept === 0) return { codes: new Float32Array(0), regression: new Float32Array(0) };
  const g = new Graph();
  const shapes = { x: [n, values], logits: [n, values], components: [kept, values] };
  const [x, logits, components] = (['x', 'logits', 'components'] as const).map((name) => g.input(name, shapes[name]));
  const codes = g.matmul(x, components, { transB: true });
  g.output('codes', codes);
  g.output('regression', g.matmul(codes, logits, { transA: true }));
  const session = await createSession(g.encode());
  try {
    const feeds = Object.fromEntries(
      (['x', 'logits', 'components'] as const).map((name) => [
        name,
        new ort.Tensor('float32', data[name] as Float32Array<ArrayBuffer>, shapes[name]),
      ]),
    );
    const result = await session.run(feeds);
    return { codes: result.codes.data as Float32Array, regression: result.regression.data as Float32Array };
  } finally {
    await session.release();
  }
}
