/** Frames chosen by a person: three latents, four faces, attribute directions. */
import type { LinearFrame } from '../../../contract';
import { toScene } from './frame';
import { directionsBeside } from './hidden';
import { meanOf } from '../../maths/mean';
import { orthonormalise } from '../../maths/qr';

/** Root-mean-square distance of the cloud from the scene's origin, in scene units, over the three axes of a frame. */
export const CLOUD_RADIUS = 10;

/**
 * The frame along three latents, at the mean code. Equal distances in the scene are
 * equal distances between codes.
 * @param codes `[count, latentSize]`
 * @param latents three different ones; one beyond the last gives an axis that shows nothing
 */
export function latentsFrame(codes: Float32Array, latentSize: number, latents: readonly number[]): LinearFrame {
  const directions = latents.map((latent) => {
    const direction = new Float32Array(latentSize);
    if (latent < latentSize) direction[latent] = 1;
    return direction;
  });
  return centred('latents', codes, latentSize, directions);
}

/**
 * The frame along one to three directions, at the mean code. The directions keep their angles, so that along each axis
 * nothing but its attribute changes; their lengths do not matter. Axes that are left show in what the codes vary most beside
 * them: a cloud stays a cloud.
 * @param codes `[count, latentSize]`
 * @param directions `[latentSize]` each
 */
export function attributesFrame(codes: Float32Array, latentSize: number, directions: Float32Array[]): LinearFrame {
  const axes = new Float32Array(3 * latentSize);
  directions.forEach((direction, k) => axes.set(direction, k * latentSize));
  const given: LinearFrame = {
    kind: 'attributes',
    origin: new Float32Array(latentSize),
    axes,
    variance: [0, 0, 0],
    omitted: 1,
  };
  const others = directionsBeside(given, codes, latentSize);
  return centred('attributes', codes, latentSize, [...directions, ...others].slice(0, 3));
}

/**
 * The frame of four faces: A at the scene's origin, B, C and D at `CLOUD_RADIUS` scene units along its axes. A place has
 * the same meaning in every model of the same faces: the same mix of the four.
 * @param codes `[count, latentSize]`
 * @param faces numbers of A, B, C and D
 * @param further codes of faces that are counted after the others and may be among the four
 */
export function facesFrame(
  codes: Float32Array,
  latentSize: number,
  faces: readonly number[],
  further: Float32Array = new Float32Array(0),
): LinearFrame {
  const count = codes.length / latentSize;
  const code = (face: number) =>
    face < count
      ? codes.subarray(face * latentSize, (face + 1) * latentSize)
      : further.subarray((face - count) * latentSize, (face - count + 1) * latentSize);
  const [a, ...others] = faces;
  const origin = code(a).slice();
  const axes = new Float32Array(3 * latentSize);
  others.forEach((face, k) => {
    code(face).forEach((value, i) => (axes[k * latentSize + i] = (value - origin[i]) / CLOUD_RADIUS));
  });
  return { kind: 'faces', origin, axes, ...sharesOf(codes, latentSize, axes) };
}

/** Directions of one length at the mean code, scaled so that the cloud has its usual size. */
function centred(
  kind: LinearFrame['kind'],
  codes: Float32Array,
  latentSize: number,
  directions: Float32Array[],
): LinearFrame {
  const axes = new Float32Array(3 * latentSize);
  directions.forEach((direction, k) => {
    const length = Math.hypot(...direction);
    if (length > 0)
      axes.set(
        direction.map((value) => value / length),
        k * latentSize,
      );
  });
  const frame = {
    kind,
    origin: Float32Array.from(meanOf(codes, latentSize)),
    axes,
    ...sharesOf(codes, latentSize, axes),
  };
  const positions = toScene(codes, frame);
  const meanSquare = positions.reduce((sum, p) => sum + p * p, 0) / (positions.length / 3);
  // Codes that are all the same have no scale of their own; the prior's is 1.
  const length = Math.sqrt(meanSquare > 0 ? meanSquare : 1) / CLOUD_RADIUS;
  return { ...frame, axes: axes.map((value) => value * length) };
}

/** How much of the codes' variance each axis adds to those before it, and how much all of them omit. */
export function sharesOf(
  codes: Float32Array,
  latentSize: number,
  axes: Float32Array,
): Pick<LinearFrame, 'variance' | 'omitted'> {
  const mean = meanOf(codes, latentSize);
  const { q } = orthonormalise(axes, latentSize);
  const sums = [0, 0, 0];
  let total = 0;
  for (let start = 0; start < codes.length; start += latentSize) {
    for (let i = 0; i < latentSize; i++) total += (codes[start + i] - mean[i]) ** 2;
    q.forEach((column, k) => {
      if (!column) return;
      let along = 0;
      for (let i = 0; i < latentSize; i++) along += (codes[start + i] - mean[i]) * column[i];
      sums[k] += along ** 2;
    });
  }
  const share = (k: number) => (total > 0 ? sums[k] / total : 0);
  const variance: [number, number, number] = [share(0), share(1), share(2)];
  return { variance, omitted: total > 0 ? Math.max(0, 1 - variance[0] - variance[1] - variance[2]) : 0 };
}
