/**
 * Convolutions in onnxruntime's blocked layout (operator domain `com.microsoft.nchwc`): a tensor of logical
 * shape `[n, c, h, w]` is stored as `[n, c/B, h, w, B]`, a filter `[o, i, k, k]` as `[o/B, i/B, k, k, Bi, Bo]`.
 * The runtime uses these kernels itself for constant weights; training emits them directly, because its
 * weights change. Elementwise ops do not care about the layout. CPU only.
 *
 * The two reorder operators are the runtime's threaded block transposers; its general `Transpose` is slow for
 * small inner axes, so permutations below are built from them and from transposes of large contiguous pieces.
 */
import { elements, type Graph, type Val } from '../graph';
import { activationGradient, type Activation } from './activation';
import { convolvedSize, paddingOf, type Convolutions, type ImageLayout } from './convolution';
import { padRows, permuteColumns, reshape, transpose } from './dense';
import { multiply } from './elementwise';
import type { AttributeValue } from '../onnx';

const DOMAIN = 'com.microsoft.nchwc';

/** Row and column phases of what goes in steps of two. */
const PHASES = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];

/** Columns of an output up to which a 4×4 convolution is taken apart. */
const NARROW = 4;

/** @param B channels per block: 8 with AVX2, 16 with AVX-512 (`blockSize` in runtime.ts finds out). */
export function blocked(B: number): Convolutions {
  const blocks = (channels: number): number => {
    // The runtime's kernel would read out of bounds instead of failing.
    if (channels % B) throw new Error(`The blocked layout needs a multiple of ${B} channels, not ${channels}.`);
    return channels / B;
  };

  // ---------------------------------------------------------- block transposes

  /** [a, B, p] → [a, p, B] */
  const blockInnermost = (g: Graph, x: Val, a: number, p: number): Val =>
    g.node('ReorderInput', [g.reshape(x, [a, B, p, 1])], [a, B, p, 1], {}, DOMAIN);

  /** [a, q, p, B] → [a, p, q, B] */
  const swapBlocks = (g: Graph, x: Val, a: number, q: number, p: number): Val => {
    const attributes = { channels: q * B, channels_last: 1 };
    return g.node('ReorderOutput', [g.reshape(x, [a, q * B, p, 1])], [a, p, 1, q * B], attributes, DOMAIN);
  };

  const fromPlain = (g: Graph, x: Val): Val => g.node('ReorderInput', [x], x.shape, {}, DOMAIN);
  const toPlain = (g: Graph, x: Val): Val => g.node('ReorderOutput', [x], x.shape, { channels: x.shape[1] }, DOMAIN);

  // ---------------------------------------------------------- filters

  /** A plain filter `[o, i, k, k]`, blocked. */
  const blockFilter = (g: Graph, w: Val): Val => {
    const [o, i, k] = w.shape;
    const inner = blockInnermost(g, w, blocks(o), i * k * k);
    return g.reshape(swapBlocks(g, inner, blocks(o) * blocks(i), B, k * k), w.shape);
  };

  /** A plain filter with input and output channels exchanged, blocked, as `[i/B · o/B, k·k, Bo · Bi]`. */
  const exchangeChannels = (g: Graph, w: Val): Val => {
    const [o, i, k] = w.shape;
    const taps = k * k;
    const inner = blockInnermost(g, w, o * blocks(i), taps);
    const swapped = swapBlocks(g, inner, blocks(o), B, blocks(i) * taps); // [o/B, i/B·taps, Bo, Bi]
    return g.relayout(swapped, [blocks(o), blocks(i), taps * B * B], [1, 0, 2], [blocks(i) * blocks(o), taps, B * B]);
  };

  /** Chosen taps of a blocked filter `[blocks, taps, B · B]`, in the given order, as a filter of `shape`. */
  const selectTaps = (g: Graph, filter: Val, taps: number[], shape: readonly number[]): Val =>
    g.reshape(g.node('Gather', [filter, taps], [filter.shape[0], taps.length, B * B], { axis: 1 }), shape);

  // ---------------------------------------------------------- convolutions

  interface ConvolutionShape {
    /** rows and columns, one number where they are as many */
    kernel: number | [number, number];
    stride?: number;
    /** of rows and columns */
    dilation?: [number, number];
    /** top, left, bottom, right */
    pads: [number, number, number, number];
    activation?: Activation;
    /** added to the result before the activation */
    sum?: Val;
  }

  const node = (
    g: Graph,
    x: Val,
    filter: Val,
    bias: Val | null,
    shape: readonly number[],
    c: ConvolutionShape,
  ): Val => {
    const { kernel, stride = 1, dilation = [1, 1], pads, activation = 'none', sum } = c;
    const attributes: Record<string, AttributeValue> = {
      kernel_shape: typeof kernel === 'number' ? [kernel, kernel] : kernel,
      strides: [stride, stride],
      dilations: dilation,
      pads,
    };
    if (activation === 'relu') attributes.activation = 'Relu';
    const inputs: (Val | '')[] = sum ? [x, filter, bias ?? '', sum] : bias ? [x, filter, bias] : [x, filter];
    return g.node('Conv', inputs, shape, attributes, DOMAIN);
  };

  /**
   * The convolution with kernel 4, stride 2, padding 1. Rows of few columns are faster as a sum of four 2×2
   * convolutions, one per phase of the taps: their filters stay in the nearest cache.
   */
  const strided = (g: Graph, x: Val, w: Val, b: Val | null, activation: Activation): Val => {
    const [n, , rows, columns] = x.shape;
    const [o, i] = w.shape;
    const shape = [n, o, rows / 2, columns / 2];
    const filter = blockFilter(g, w);
    if (columns / 2 > NARROW)
      return node(g, x, filter, b, shape, { kernel: 4, stride: 2, pads: [1, 1, 1, 1], activation });
    const byTap = g.reshape(filter, [blocks(o) * blocks(i), 16, B * B]);
    let sum: Val | undefined;
    for (const [row, column] of PHASES) {
      const taps = [0, 2].flatMap((u) => [0, 2].map((v) => (row + u) * 4 + column + v));
      const isLast = row + column === 2;
      sum = node(g, x, selectTaps(g, byTap, taps, [o, i, 2, 2]), isLast ? b : null, shape, {
        kernel: 2,
        stride: 2,
        dilation: [2, 2],
        pads: [1 - row, 1 - column, row, column],
        activation: isLast ? activation : 'none',
        sum,
      });
    }
    return sum!;
  };

  /** Gradient in x of a stride-1 convolution: convolve dy with the flipped filter, channels exchanged. */
  const inputGradient1 = (g: Graph, dy: Val, w: Val, shape: readonly number[], padding: number): Val => {
    const [o, i, k] = w.shape;
    const flipped = Array.from({ length: k * k }, (_, tap) => k * k - 1 - tap);
    const q = k - 1 - padding;
    return node(g, dy, selectTaps(g, exchangeChannels(g, w), flipped, [i, o, k, k]), null, shape, {
      kernel: k,
      pads: [q, q, q, q],
    });
  };

  /**
   * The transposed convolution with kernel 4, stride 2, padding 1 (also the gradient in x of that
   * convolution): each of the four output phases is a 2×2 convolution of the input; their results are
   * interleaved, rows by concatenation and columns by a block swap.
   */
  const transposed = (g: Graph, x: Val, w: Val, b: Val | null, activation: Activation): Val => {
    const [o, i] = w.shape;
    const [n, , height, width] = x.shape;
    const exchanged = exchangeChannels(g, w);
    const phases = PHASES.map(([row, column]) => {
      const taps = [0, 1].flatMap((t) => [0, 1].map((s) => (3 - 2 * t - row) * 4 + 3 - 2 * s - column));
      return node(g, x, selectTaps(g, exchanged, taps, [i, o, 2, 2]), b, [n, i, height, width], {
        kernel: 2,
        pads: [1 - row, 1 - column, row, column],
        activation,
      });
    });
    const rows = n * blocks(i) * height;
    const pieces = phases.map((phase) => g.reshape(phase, [rows, 1, width * B]));
    const together = g.node('Concat', pieces, [rows, 4, width * B], { axis: 1 });
    return g.reshape(swapBlocks(g, together, rows * 2, 2, width), [n, i, 2 * height, 2 * width]);
  };

  /**
   * Gradient in w of y = convolve(x, w): x with its batch as the (blocked) channels, convolved with dy as a
   * kernel dilated by the stride. Columns of x hold one block of its channels each, so that the few taps of w
   * become many columns of the result: the kernel needs wide rows to reuse what it has loaded. x is padded
   * beforehand: the kernel computes padded columns on a slow path, and here most output columns would be.
   */
  const weightGradient = (g: Graph, x: Val, dy: Val, kernel: number, stride: number, padding: number): Val => {
    const [n, i, rows, columns] = x.shape;
    const [, o, h, width] = dy.shape;
    const batchInnermost = blockInnermost(g, x, blocks(n), i * rows * columns); // [n/B, i/B · rows · columns · Bi, Bn]
    const [pixels, around] = [rows * columns * B * B, [0, padding, padding, 0]];
    let images = g.relayout(
      batchInnermost,
      [blocks(n), blocks(i), pixels],
      [1, 0, 2],
      [blocks(i) * blocks(n), rows, columns, B * B],
    );
    if (padding) images = g.pad(images, around, around);
    const swapped = swapBlocks(g, dy, blocks(n), B, blocks(o) * h * width);
    const filter = g.relayout(swapped, [blocks(n), blocks(o), h * width * B * B], [1, 0, 2], [o, n, h, width]);
    const dw = node(
      g,
      g.reshape(images, [blocks(i), n, rows + 2 * padding, (columns + 2 * padding) * B]),
      filter,
      null,
      [blocks(i), o, kernel, kernel * B],
      {
        kernel: [h, width],
        dilation: [stride, stride * B],
        pads: [0, 0, 0, 0],
      },
    ); // [i/B, o/B, k · k, Bi, Bo]
    const taps = kernel * kernel;
    const ordered = g.transpose(g.reshape(dw, [blocks(i), blocks(o), taps, B, B]), [1, 0, 3, 2, 4]);
    return g.reshape(toPlain(g, g.reshape(ordered, [blocks(o), B, i, taps])), [o, i, kernel, kernel]);
  };

  /** Sum over everything but the channels, summing whole blocks first so that the inner loop stays vectorised. */
  const biasGradient = (g: Graph, dy: Val): Val => {
    const [n, c, h, w] = dy.shape;
    const perImage = g.sum(g.reshape(dy, [n * blocks(c), h * w, B]), [1]);
    return g.reshape(g.sum(g.reshape(perImage, [n, c]), [0]), [c]);
  };

  const convolve = (
    g: Graph,
    x: Val,
    w: Val,
    b: Val,
    stride: 1 | 2,
    activation: Activation,
    padding = paddingOf(w.shape[2]),
  ): Val => {
    const [n, , ...sides] = x.shape;
    const [o, , k] = w.shape;
    const shape = sides.map((size) => (k === 2 ? size + 2 * padding - 1 : convolvedSize(size, k, stride)));
    const pads: [number, number, number, number] = [padding, padding, padding, padding];
    const y =
      stride === 2
        ? strided(g, x, w, b, activation)
        : node(g, x, blockFilter(g, w), b, [n, o, ...shape], { kernel: k, pads, activation });
    return g.differentiable(y, [x, w, b], (dy, [needX, needW]) => {
      const inner = activationGradient(g, activation, y, dy);
      const dx = () =>
        stride === 1 ? inputGradient1(g, inner, w, x.shape, padding) : transposed(g, inner, w, null, 'none');
      return [
        needX ? dx() : null,
        needW ? weightGradient(g, x, inner, k, stride, padding) : null,
        needW ? biasGradient(g, inner) : null,
      ];
    });
  };

  // ---------------------------------------------------------- images
  //
  // The image is stored padded by one pixel and space-to-depth'd: channel (a·2 + b)·C + c of cell (Y, X) holds
  // pixel (2Y + a − 1, 2X + b − 1) of colour c. A kernel-4 stride-2 convolution of the image is then a 2×2
  // stride-1 convolution of full blocks, where three channels would waste most of a block.

  const imageChannels = (channels: number): number => Math.ceil((4 * channels) / B) * B;

  const imageLayout = (channels: number, width: number, height = width): ImageLayout => {
    const [across, down] = [width / 2 + 1, height / 2 + 1];
    const offsets = new Int32Array(channels * width * height);
    for (let c = 0, i = 0; c < channels; c++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++, i++) {
          const phase = ((y + 1) % 2) * 2 + ((x + 1) % 2);
          const channel = phase * channels + c;
          const cell = ((y + 1) >> 1) * across + ((x + 1) >> 1);
          offsets[i] = (Math.floor(channel / B) * across * down + cell) * B + (channel % B);
        }
      }
    }
    return { length: imageChannels(channels) * across * down, offsets, inOrder: false };
  };

  /** Order of a 4×4 kernel's taps as (row phase, column phase, row cell, column cell). */
  const phaseTaps = (cellOf: (u: number) => number): number[] => {
    const two = [0, 1];
    const at = (a: number, b: number, u: number, v: number) => (2 * cellOf(u) + a) * 4 + 2 * cellOf(v) + b;
    return two.flatMap((a) => two.flatMap((b) => two.flatMap((u) => two.map((v) => at(a, b, u, v)))));
  };

  return {
    name: 'blocked',
    imageLayout,
    input(g, name, batch, channels, width, height = width) {
      return g.input(name, [batch, imageChannels(channels), height / 2 + 1, width / 2 + 1]);
    },
    fromImage(g, image, w, b, activation) {
      const [o, c] = w.shape;
      const taps = reshape(
        g,
        permuteColumns(
          g,
          reshape(g, w, [o * c, 16]),
          phaseTaps((u) => u),
        ),
        [o, c, 4, 4],
      );
      const byPhase = reshape(g, transpose(g, taps, [2, 1, 0, 3]), [4 * c, o * 4]); // phase·channel first, to pad it
      const padded = reshape(g, padRows(g, byPhase, image.shape[1]), [image.shape[1], o, 4]);
      const filter = reshape(g, transpose(g, padded, [1, 0, 2]), [o, image.shape[1], 2, 2]);
      return convolve(g, image, filter, b, 1, activation, 0);
    },
    toImage(g, x, w, b) {
      const [i, c] = w.shape;
      const full = imageChannels(c);
      // A transposed convolution flips its kernel: cell u of the 2×2 kernel meets tap cell 1 − u.
      const taps = reshape(
        g,
        permuteColumns(
          g,
          reshape(g, w, [i * c, 16]),
          phaseTaps((u) => 1 - u),
        ),
        [i, c, 4, 4],
      );
      const byPhase = reshape(g, transpose(g, taps, [2, 1, 0, 3]), [4 * c, i * 4]);
      const filter = reshape(g, padRows(g, byPhase, full), [full, i, 2, 2]);
      // One bias per colour, shared by its four phases.
      const zero = g.constant(new Float32Array(4), [4, 1]);
      const four = reshape(g, broadcastRows(g, zero, b), [4 * c]);
      return convolve(g, x, filter, padRows(g, four, full), 1, 'none', 1);
    },
    maskImage(g, image, channels) {
      const [, full, down, across] = image.shape;
      const { offsets, length } = imageLayout(channels, 2 * (across - 1), 2 * (down - 1));
      const mask = new Float32Array(length);
      for (const offset of offsets) mask[offset] = 1;
      return multiply(g, image, g.constant(mask, [1, full, down, across]));
    },
    convolve: (g, x, w, b, stride, activation) => convolve(g, x, w, b, stride, activation),
    convolveTransposed(g, x, w, b, activation) {
      const y = transposed(g, x, w, b, activation);
      return g.differentiable(y, [x, w, b], (dy, [needX, needW]) => {
        const inner = activationGradient(g, activation, y, dy);
        return [
          needX ? strided(g, inner, w, null, 'none') : null,
          needW ? weightGradient(g, inner, x, 4, 2, 1) : null,
          needW ? biasGradient(g, inner) : null,
        ];
      });
    },
    flatten(g, x) {
      const flat = [x.shape[0], elements(x.shape.slice(1))];
      return g.differentiable(g.reshape(toPlain(g, x), flat), [x], (dy) => [fromPlain(g, g.reshape(dy, x.shape))]);
    },
    unflatten(g, x, channels, height, width = height) {
      const shape = [x.shape[0], channels, height, width];
      return g.differentiable(fromPlain(g, g.reshape(x, shape)), [x], (dy) => [g.reshape(toPlain(g, dy), x.shape)]);
    },
  };
}

/** `zeros [r, 1] + row [c] → [r, c]`: the row, repeated. */
function broadcastRows(g: Graph, zeros: Val, row: Val): Val {
  const shape = [zeros.shape[0], row.shape[0]];
  const y = g.node('Add', [zeros, row], shape);
  return g.differentiable(y, [row], (dy) => [g.sum(dy, [0])]);
}
