/**
 * The encoder g_φ and decoder f_θ: convolutions that halve the image down to 4×4 and a mirrored stack that
 * doubles it back, or two fully connected layers each way. Written once over `Convolutions`; the same functions
 * build the training graph and the exported files.
 */
import { elements, type Graph, type Val } from './graph';
import { activate } from './ops/activation';
import type { Convolutions } from './ops/convolution';
import { linear } from './ops/dense';
import { add } from './ops/elementwise';
import { withoutGrid } from './ops/upsampling-kernel';
import { perceptronDecoder, perceptronEncoder } from './perceptron';
import type { Weights } from './weights';

/** Channels after the first convolution; each further one doubles them up to the maximum. */
export const WIDTHS = {
  small: { first: 16, most: 128 },
  standard: { first: 32, most: 256 },
  large: { first: 64, most: 512 },
} as const;
export type Width = keyof typeof WIDTHS;

export interface NetworkConfig {
  architecture: 'convolutional' | 'perceptron';
  /** Pixels across: a multiple of 16, at least 32, for a convolutional network; any for a perceptron. */
  imageSize: number;
  /** Pixels down, likewise; absent: as many. */
  imageHeight?: number;
  channels: 1 | 3;
  latentSize: number;
  /** Channels of a convolutional network. */
  width: Width;
  /** Residual blocks at each resolution (He et al. 2016): slower, sharper. */
  residualBlocks: number;
}

/** Fewest rows or columns of the smallest feature map. */
const TOP = 4;

/** `[channels, height, width]` of the images. */
export const imageShape = (network: Pick<NetworkConfig, 'channels' | 'imageSize' | 'imageHeight'>): number[] => [
  network.channels,
  network.imageHeight ?? network.imageSize,
  network.imageSize,
];
export const imageValues = (network: Parameters<typeof imageShape>[0]): number => elements(imageShape(network));

/** How often images are halved: as long as both sides can be, and the shorter one does not become too short. */
function halvings([, height, width]: number[]): number {
  let count = 0;
  for (let side = 2; side * TOP <= Math.min(height, width) && height % side === 0 && width % side === 0; side *= 2)
    count++;
  return count;
}

/** Channels of each level, outermost first: 64 px standard → [32, 64, 128, 256]. */
export function levels(network: NetworkConfig): number[] {
  const { first, most } = WIDTHS[network.width];
  return Array.from({ length: halvings(imageShape(network)) }, (_, i) => Math.min(most, first * 2 ** i));
}

/** x + conv(relu(conv(x))), the second convolution starting near zero so that the block starts as the identity. */
function residual(g: Graph, ops: Convolutions, w: Weights, name: string, x: Val): Val {
  const c = x.shape[1];
  const inner = ops.convolve(g, x, w.weight(`${name}.0.w`, [c, c, 3, 3], 9 * c), w.bias(`${name}.0.b`, c), 1, 'relu');
  const out = ops.convolve(
    g,
    inner,
    w.weight(`${name}.1.w`, [c, c, 3, 3], 9 * c, 0.02),
    w.bias(`${name}.1.b`, c),
    1,
    'none',
  );
  return activate(g, add(g, x, out), 'relu');
}

/** `[n, channels, height, width] → mu [n, d]`, and `logVar [n, d]` when the posterior is a distribution. */
export function encoder(
  g: Graph,
  ops: Convolutions,
  w: Weights,
  config: NetworkConfig,
  image: Val,
  probabilistic: boolean,
): { mu: Val; logVar: Val | null } {
  if (config.architecture === 'perceptron') return perceptronEncoder(g, w, image, config.latentSize, probabilistic);
  let x = image;
  let from: number = config.channels;
  levels(config).forEach((to, i) => {
    const kernel = w[i ? 'weight' : 'outer'](`encoder.${i}.w`, [to, from, 4, 4], 16 * from);
    const bias = w.bias(`encoder.${i}.b`, to);
    x = i ? ops.convolve(g, x, kernel, bias, 2, 'relu') : ops.fromImage(g, x, kernel, bias, 'relu');
    for (let r = 0; r < config.residualBlocks; r++) x = residual(g, ops, w, `encoder.${i}.residual.${r}`, x);
    from = to;
  });
  const d = config.latentSize;
  const features = ops.flatten(g, x);
  const flat = features.shape[1];
  const mu = linear(g, features, w.weight('encoder.mu.w', [flat, d], flat), w.bias('encoder.mu.b', d));
  if (!probabilistic) return { mu, logVar: null };
  // Starts near σ = 1, the prior's own width.
  const logVar = linear(
    g,
    features,
    w.weight('encoder.logVar.w', [flat, d], flat, 0.02),
    w.bias('encoder.logVar.b', d),
  );
  return { mu, logVar };
}

/** `z [n, d] → logits [n, channels, height, width]`; the image is their sigmoid. */
export function decoder(g: Graph, ops: Convolutions, w: Weights, config: NetworkConfig, z: Val): Val {
  if (config.architecture === 'perceptron') return perceptronDecoder(g, w, z, imageShape(config));
  const channels = levels(config);
  const widest = channels[channels.length - 1];
  const [height, width] = imageShape(config)
    .slice(1)
    .map((side) => side / 2 ** channels.length);
  const flat = widest * height * width;
  const d = config.latentSize;
  const dense = linear(g, z, w.weight('decoder.z.w', [d, flat], d), w.bias('decoder.z.b', flat));
  let x = ops.unflatten(g, activate(g, dense, 'relu'), widest, height, width);
  for (let i = channels.length - 1; i >= 0; i--) {
    const from = channels[i];
    const to = i ? channels[i - 1] : config.channels;
    for (let r = 0; r < config.residualBlocks; r++) x = residual(g, ops, w, `decoder.${i}.residual.${r}`, x);
    // Each output pixel of a kernel-4 stride-2 transposed convolution sees a quarter of the kernel.
    const kernel = withoutGrid(g, w[i ? 'weight' : 'outer'](`decoder.${i}.w`, [from, to, 4, 4], 4 * from));
    const bias = w.bias(`decoder.${i}.b`, to);
    x = i ? ops.convolveTransposed(g, x, kernel, bias, 'relu') : ops.toImage(g, x, kernel, bias);
  }
  return x;
}
