/**
 * What tells photographs from what the decoder draws: convolutions that halve the image down to 4×4, without a norm, and
 * two opinions, one of the whole image and one of its patches (Isola et al. 2017, section 3.2.2).
 */
import type { Graph, Val } from './graph';
import { levels, type NetworkConfig, WIDTHS } from './networks';
import type { Convolutions } from './ops/convolution';
import { linear, reshape } from './ops/dense';
import { leakyRelu, meanLast } from './ops/elementwise';
import type { Weights } from './weights';

/** Names of its parameters begin with it. */
export const DISCRIMINATOR = 'discriminator.';

export interface Judgement {
  /** Above 0 for photographs: `[n, 1]` each. */
  whole: Val;
  patches: Val;
  /** What each layer sees, outermost first. */
  features: Val[];
}

/** Its channels, outermost first: twice those of the encoder. */
export const discriminatorLevels = (network: NetworkConfig): number[] =>
  levels(network).map((channels) => Math.min(WIDTHS[network.width].most, 2 * channels));

/** @param image as `ops.input` lays images out */
export function discriminator(g: Graph, ops: Convolutions, w: Weights, network: NetworkConfig, image: Val): Judgement {
  const name = (part: string) => `${DISCRIMINATOR}${part}`;
  const features: Val[] = [];
  let x = image;
  let from: number = network.channels;
  discriminatorLevels(network).forEach((to, i) => {
    const kernel = w[i ? 'weight' : 'outer'](name(`${i}.w`), [to, from, 4, 4], 16 * from);
    const bias = w.bias(name(`${i}.b`), to);
    const y = i ? ops.convolve(g, x, kernel, bias, 2, 'none') : ops.fromImage(g, x, kernel, bias, 'none');
    x = leakyRelu(g, y);
    features.push(x);
    from = to;
  });
  const flat = ops.flatten(g, x);
  const whole = linear(
    g,
    flat,
    w.weight(name('whole.w'), [flat.shape[1], 1], flat.shape[1]),
    w.bias(name('whole.b'), 1),
  );
  // A patch is what one place of the last layer but one sees; the mean of their opinions is the opinion of the mean.
  const inner = features[features.length - 2];
  const [n, channels, height, width] = inner.shape;
  const seen = meanLast(g, reshape(g, ops.flatten(g, inner), [n, channels, height * width]));
  const patches = linear(g, seen, w.weight(name('patches.w'), [channels, 1], channels), w.bias(name('patches.b'), 1));
  return { whole, patches, features };
}
