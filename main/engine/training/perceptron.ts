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

/** Variance of the initial weights times their fan-in: Glorot & Bengio 2010 for layers of about equal width. */
const GAIN = 1;

function hidden(g: Graph, w: Weights, name: string, x: Val): Val {
  const inputs = x.shape[1];
  const y = linear(g, x, w.weight(`${name}.w`, [inputs, HIDDEN], inputs, GAIN), w.bias(`${name}.b`, HIDDEN));
  return tanh(g, y);
}

/** `[n, channels, size, size] → mu [n, d]`, and `logVar [n, d]` when the posterior is a distribution. */
export function perceptronEncoder(g: Graph, w: Weights, image: Val, latentSize: number, probabilistic: boolean) {
  const [n, ...rest] = image.shape;
  const first = hidden(g, w, 'encoder.0', reshape(g, image, [n, elements(rest)]));
  const features = hidden(g, w, 'encoder.1', first);
  const head = (name: string, gain: number) => {
    const weight = w.weight(`encoder.${name}.w`, [HIDDEN, latentSize], HIDDEN, gain);
    return linear(g, features, weight, w.bias(`encoder.${name}.b`, latentSize));
  };
  // log σ² starts near 0, the prior's own width.
  return { mu: head('mu', GAIN), logVar: probabilistic ? head('logVar', 0.1) : null };
}

/** `z [n, d] → logits [n, channels, size, size]` */
export function perceptronDecoder(g: Graph, w: Weights, z: Val, channels: number, size: number): Val {
  const x = hidden(g, w, 'decoder.1', hidden(g, w, 'decoder.0', z));
  const values = channels * size ** 2;
  const weight = w.weight('decoder.image.w', [HIDDEN, values], HIDDEN, GAIN);
  return reshape(g, linear(g, x, weight, w.bias('decoder.image.b', values)), [z.shape[0], channels, size, size]);
}
