/** Convolutions in standard ONNX operators on `[n, c, h, w]`: runs on every provider. */
import { elements, type Graph, type Val } from '../graph';
import { activate, type Activation } from './activation';
import { convolvedSize, paddingOf, type Convolutions } from './convolution';
import { reshape } from './dense';

const STRIDE_2 = { kernel_shape: [4, 4], strides: [2, 2], pads: [1, 1, 1, 1] };

/**
 * Gradient of y = convolve(x, w) in w: convolve x with dy as its kernel, batch and channels exchanged, the kernel dilated
 * by the stride. Image by image, in groups, and then summed: in one piece a card has too few results to compute at once
 * (4×4 of each pair of channels), and each is a sum over all pixels of all images.
 */
function weightGradient(g: Graph, x: Val, dy: Val, kernel: number, stride: number): Val {
  const [n, i] = x.shape;
  const [, o, h, width] = dy.shape;
  const p = paddingOf(kernel);
  const filters = g.reshape(dy, [n * o, 1, h, width]);
  const ofEach = g.node('Conv', [g.transpose(x, [1, 0, 2, 3]), filters], [i, n * o, kernel, kernel], {
    kernel_shape: [h, width],
    dilations: [stride, stride],
    pads: [p, p, p, p],
    group: n,
  });
  const dw = g.sum(g.reshape(ofEach, [i, n, o, kernel, kernel]), [1]);
  return g.transpose(dw, [1, 0, 2, 3]);
}

function convolve(g: Graph, x: Val, w: Val, b: Val, stride: 1 | 2, activation: Activation): Val {
  const [n, , rows, columns] = x.shape;
  const [o, , k] = w.shape;
  const p = paddingOf(k);
  const [height, width] = [rows, columns].map((size) => convolvedSize(size, k, stride));
  const attributes = { kernel_shape: [k, k], strides: [stride, stride], pads: [p, p, p, p] };
  const y = g.node('Conv', [x, w, b], [n, o, height, width], attributes);
  g.differentiable(y, [x, w, b], (dy, [needX, needW]) => [
    needX ? g.node('ConvTranspose', [dy, w], x.shape, attributes) : null,
    needW ? weightGradient(g, x, dy, k, stride) : null,
    needW ? g.sum(dy, [0, 2, 3]) : null,
  ]);
  return activate(g, y, activation);
}

function convolveTransposed(g: Graph, x: Val, w: Val, b: Val, activation: Activation): Val {
  const [n, , height, width] = x.shape;
  const [, o] = w.shape;
  const y = g.node('ConvTranspose', [x, w, b], [n, o, 2 * height, 2 * width], STRIDE_2);
  g.differentiable(y, [x, w, b], (dy, [needX, needW]) => [
    needX ? g.node('Conv', [dy, w], x.shape, STRIDE_2) : null,
    needW ? weightGradient(g, dy, x, 4, 2) : null,
    needW ? g.sum(dy, [0, 2, 3]) : null,
  ]);
  return activate(g, y, activation);
}

export const plain: Convolutions = {
  name: 'plain',
  imageLayout(channels, width, height = width) {
    const length = channels * width * height;
    return { length, offsets: Int32Array.from({ length }, (_, i) => i), inOrder: true };
  },
  input: (g, name, batch, channels, width, height = width) => g.input(name, [batch, channels, height, width]),
  fromImage: (g, image, w, b, activation) => convolve(g, image, w, b, 2, activation),
  toImage: (g, x, w, b) => convolveTransposed(g, x, w, b, 'none'),
  maskImage: (_g, image) => image,
  convolve,
  convolveTransposed,
  flatten: (g, x) => reshape(g, x, [x.shape[0], elements(x.shape.slice(1))]),
  unflatten: (g, x, channels, height, width = height) => reshape(g, x, [x.shape[0], channels, height, width]),
};
