/**
 * The fully connected networks of the IWAE paper's one-layer model, 784-200-200-50 and back (Burda, Grosse &
 * Salakhutdinov 2016, section 5): two layers of 200 tanh units each way.
 */
import { elements, type Graph, type Val } from './graph';
import { linear, reshape } from './ops/dense';
import { scale, tanh } from './ops/elementwise';
import type { Weights } from './weights';

/** Units of each hidden layer. */
export const HIDDEN = 200;

/** @param outer whether it reads or draws the image */
function layer(g: Graph, w: Weights, name: string, x: Val, outputs: number, outer = false): Val {
  return linear(g, x, w.glorot(`${name}.w`, x.shape[1], outputs, outer), w.bias(`${name}.b`, outputs));
}

const hidden = (g: Graph, w: Weights, name: string, x: Val, outer = false): Val =>
  tanh(g, layer(g, w, name, x, HIDDEN, outer));

/** `[n, channels, height, width] → mu [n, d]`, and `logVar [n, d]` when the posterior is a distribution. */
export function perceptronEncoder(g: Graph, w: Weights, image: Val, latentSize: number, probabilistic: boolean) {
  const [n, ...rest] = image.shape;
  const first = hidden(g, w, 'encoder.0', reshape(g, image, [n, elements(rest)]), true);
  const features = hidden(g, w, 'encoder.1', first);
  const mu = layer(g, w, 'encoder.mu', features, latentSize);
  // The layer gives log σ, as in the authors' own program: it is what the initial values and Adam's steps are of.
  return { mu, logVar: probabilistic ? scale(g, layer(g, w, 'encoder.logSigma', features, latentSize), 2) : null };
}

/** Of the image's logits, one for each value: it begins where the decoder draws the mean image whatever the code. */
export const IMAGE_BIAS = 'decoder.image.b';

/**
 * The logits of the mean image, as the authors' own program begins with.
 * @param pixels `[count, values]`, bytes
 */
export function meanLogits(pixels: Uint8Array, values: number): Float32Array {
  const sums = new Float64Array(values);
  pixels.forEach((byte, i) => (sums[i % values] += byte));
  return Float32Array.from(sums, (sum) => {
    const mean = Math.min(0.999, Math.max(0.001, (sum * values) / (255 * pixels.length)));
    return Math.log(mean / (1 - mean));
  });
}

/** `z [n, d] → logits [n, ...shape]` */
export function perceptronDecoder(g: Graph, w: Weights, z: Val, shape: readonly number[]): Val {
  const x = hidden(g, w, 'decoder.1', hidden(g, w, 'decoder.0', z));
  return reshape(g, layer(g, w, 'decoder.image', x, elements(shape), true), [z.shape[0], ...shape]);
}
