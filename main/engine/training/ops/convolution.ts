/**
 * Convolutions come in two interchangeable formulations: `plain` is standard ONNX and the readable truth,
 * `blocked` computes the same functions in onnxruntime's own blocked memory layout, faster on a CPU.
 * A network is written once against this interface; activations in between stay in whichever layout.
 *
 * Weights always have the shapes PyTorch gives them, so a checkpoint does not depend on the formulation.
 */
import type { Graph, Val } from '../graph';
import type { Activation } from './activation';

export interface Convolutions {
  readonly name: 'plain' | 'blocked';

  // Images without a height are square.

  /** Where the value of channel c, row y, column x of an image goes in the tensor that `input` declares. */
  imageLayout(channels: number, width: number, height?: number): ImageLayout;
  /** Declares a batch of images as an input of the graph. */
  input(g: Graph, name: string, batch: number, channels: number, width: number, height?: number): Val;

  /** Downsampling convolution of the image itself: kernel 4, stride 2, padding 1; w `[out, channels, 4, 4]`. */
  fromImage(g: Graph, image: Val, w: Val, b: Val, activation: Activation): Val;
  /** Upsampling convolution to an image: kernel 4, stride 2, padding 1; w `[in, channels, 4, 4]`. */
  toImage(g: Graph, x: Val, w: Val, b: Val): Val;
  /** Zeroes what the image layout stores beside the image's own values. */
  maskImage(g: Graph, image: Val, channels: number): Val;

  /** w `[out, in, k, k]`; either k = 4, stride 2, padding 1 or odd k, stride 1, padding (k − 1) / 2. */
  convolve(g: Graph, x: Val, w: Val, b: Val, stride: 1 | 2, activation: Activation): Val;
  /** Doubles width and height: kernel 4, stride 2, padding 1; w `[in, out, 4, 4]`. */
  convolveTransposed(g: Graph, x: Val, w: Val, b: Val, activation: Activation): Val;

  /** `[n, c, h, w] → [n, c·h·w]` in the plain order of axes, and back. */
  flatten(g: Graph, x: Val): Val;
  unflatten(g: Graph, x: Val, channels: number, height: number, width?: number): Val;
}

/** How one image lies in an input tensor: `offsets[(c·height + y)·width + x]` of `length` floats. */
export interface ImageLayout {
  readonly length: number;
  readonly offsets: Int32Array;
  /** Whether offset i is i. */
  readonly inOrder: boolean;
}

/** Rows of the output for `size` rows of the input; columns likewise. */
export function convolvedSize(size: number, kernel: number, stride: number): number {
  const padding = paddingOf(kernel);
  return Math.floor((size + 2 * padding - kernel) / stride) + 1;
}

export function paddingOf(kernel: number): number {
  return kernel === 4 ? 1 : (kernel - 1) / 2;
}
