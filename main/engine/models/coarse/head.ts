/**
 * From features within a decoder to the picture that it goes on to draw, smaller: a convolution of kernel 3, fitted by ridge
 * regression, that gives each place of the features a block of pixels.
 */
import { EigenvalueDecomposition } from 'ml-matrix';
import { covarianceOf } from '../../maths/covariance';
import { evenly } from '../../maths/evenly';
import { meanOf } from '../../maths/mean';
import { ridgeRegression } from '../../maths/ridge-regression';
import { encodeModel } from '../../training/onnx';

/** The picture's name in the graph, `[N, planes, height·block, width·block]`, 0..1, a little beyond at times. */
export const PICTURE = 'coarse:picture';

/** Channels that are looked at: of more the directions in which they vary most, for the time of the fit. */
const MOST_CHANNELS = 64;
/** Places looked at for each number that is fitted. */
const PLACES_A_NUMBER = 12;
/** See `ridgeRegression`. */
const PENALTY = 1e-2;
const KERNEL = 3;

export interface Features {
  channels: number;
  height: number;
  width: number;
}

/**
 * @param of features `[channels, height, width]` and the picture `[planes, height·block, width·block]` of some codes
 * @param from name of the features in the graph
 * @returns a graph from there to `PICTURE`
 */
export function fitHead(
  of: readonly { features: Float32Array; picture: Float32Array }[],
  { channels, height, width }: Features,
  { planes, block, from }: { planes: number; block: number; from: string },
): Uint8Array {
  const area = height * width;
  /** Some places, each a code's number and a place in its features. */
  const places = (most: number) =>
    Array.from(evenly(of.length * area, most), (at) => ({ ...of[Math.floor(at / area)], at: at % area }));

  const directions = strongest(
    places(PLACES_A_NUMBER * channels).map(({ features, at }) =>
      Array.from({ length: channels }, (_, c) => features[c * area + at]),
    ),
  );
  const kept = directions.length;
  const reduced = new Map(
    of.map(({ features }) => [features, directions.map((along) => mixed(features, along, area))]),
  );

  const inputs = kept * KERNEL ** 2;
  const outputs = planes * block ** 2;
  const rows = places(PLACES_A_NUMBER * inputs).map(({ features, picture, at }) => {
    const [y, x] = [Math.floor(at / width), at % width];
    const row = new Float32Array(inputs + outputs);
    reduced.get(features)!.forEach((plane, c) => {
      for (let k = 0; k < KERNEL ** 2; k++) {
        const [v, u] = [y + Math.floor(k / KERNEL) - 1, x + (k % KERNEL) - 1];
        if (v >= 0 && u >= 0 && v < height && u < width) row[c * KERNEL ** 2 + k] = plane[v * width + u];
      }
    });
    // in the order in which DepthToSpace reads them
    for (let o = 0; o < outputs; o++) {
      const [inBlock, plane] = [Math.floor(o / planes), o % planes];
      const [v, u] = [y * block + Math.floor(inBlock / block), x * block + (inBlock % block)];
      row[inputs + o] = picture[(plane * height * block + v) * width * block + u];
    }
    return row;
  });
  const all = new Float32Array(rows.length * (inputs + outputs));
  rows.forEach((row, n) => all.set(row, n * row.length));
  const { weights, bias } = ridgeRegression(all, inputs, outputs, PENALTY);

  return encodeModel({
    nodes: [
      { op: 'Cast', inputs: [from], outputs: ['coarse:features'], attributes: { to: 1 } },
      { op: 'Conv', inputs: ['coarse:features', 'coarse:directions'], outputs: ['coarse:reduced'] },
      {
        op: 'Conv',
        inputs: ['coarse:reduced', 'coarse:weights', 'coarse:bias'],
        outputs: ['coarse:blocks'],
        attributes: { pads: [1, 1, 1, 1] },
      },
      { op: 'DepthToSpace', inputs: ['coarse:blocks'], outputs: [PICTURE], attributes: { blocksize: block } },
    ],
    inputs: [],
    outputs: [{ name: PICTURE, type: 'float32', shape: ['N', planes, height * block, width * block] }],
    initializers: [
      { name: 'coarse:directions', shape: [kept, channels, 1, 1], data: Float32Array.from(directions.flat()) },
      {
        name: 'coarse:weights',
        shape: [outputs, kept, KERNEL, KERNEL],
        data: Float32Array.from({ length: outputs * inputs }, (_, i) => {
          return weights[(i % inputs) * outputs + Math.floor(i / inputs)];
        }),
      },
      { name: 'coarse:bias', shape: [outputs], data: bias },
    ],
  });
}

/** Directions in which the rows vary most, at most `MOST_CHANNELS`, each of length one (Jolliffe 2002, chapter 1). */
function strongest(rows: number[][]): number[][] {
  const width = rows[0].length;
  const values = Float32Array.from(rows.flat());
  const covariance = covarianceOf(values, meanOf(values, width));
  const { eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  // ml-matrix sorts the eigenvalues of a symmetric matrix in ascending order.
  const count = Math.min(width, MOST_CHANNELS);
  return Array.from({ length: count }, (_, k) => eigenvectorMatrix.getColumn(width - 1 - k));
}

/** One plane: the channels of features, weighted. */
function mixed(features: Float32Array, weights: readonly number[], area: number): Float32Array {
  const plane = new Float32Array(area);
  weights.forEach((weight, c) => {
    for (let i = 0, at = c * area; i < area; i++, at++) plane[i] += weight * features[at];
  });
  return plane;
}
