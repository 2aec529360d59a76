/**
 * The fully connected networks of the IWAE paper's one-layer model, 784-200-200-50 and back (Burda, Grosse &
 * Salakhutdinov 2016, section 5): two layers of 200 tanh units each way.
 */
import { elements, type Graph, type Val } from './graph';
import { linear, reshape } from './ops/dense';
import { tanh } from './ops/elementwise';
import type { Weights } from './weights';

/** Units of each hidden layer. */
export const HIDDEN = 200;

/** x·W + b; the initial weights have the variance `gain · 2 / (inputs + outputs)` (Glorot & Bengio 2010, equation 12). */
function layer(g: Graph, w: Weights, name: string, x: Val, outputs: number, gain = 1): Val {
  const inputs = x.shape[1];
  const weight = w.weight(`${name}.w`, [inputs, outputs], (inputs + outputs) / 2, gain);
  return linear(g, x, weight, w.bias(`${name}.b`, outputs));
}

const hidden = (g: Graph, w: Weights, name: string, x: Val): Val => tanh(g, layer(g, w, name, x, HIDDEN));

/** `[n, channels, size, size] → mu [n, d]`, and `logVar [n, d]` when the posterior is a distribution. */
export function perceptronEncoder(g: Graph, w: Weights, image: Val, latentSize: number, probabilistic: boolean) {
  const [n, ...rest] = image.shape;
  const first = hidden(g, w, 'encoder.0', reshape(g, image, [n, elements(rest)]));
  const features = hidden(g, w, 'encoder.1', first);
  const mu = layer(g, w, 'encoder.mu', features, latentSize);
  // log σ² starts near 0, the prior's own width.
  return { mu, logVar: probabilistic ? layer(g, w, 'encoder.logVar', features, latentSize, 0.1) : null };
}

/** `z [n, d] → logits [n, channels, size, size]` */
export function perceptronDecoder(g: Graph, w: Weights, z: Val, channels: number, size: number): Val {
  const x = hidden(g, w, 'decoder.1', hidden(g, w, 'decoder.0', z));
  return reshape(g, layer(g, w, 'decoder.image', x, channels * size ** 2), [z.shape[0], channels, size, size]);
}
