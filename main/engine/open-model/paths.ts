/** Ways through codes, decoded and measured. */
import { type LatentPath, type PathKind, UserError } from '../../contract';
import { toImageBatch } from '../images';
import { decodeInPieces, type Model } from '../models';
import type { Watch } from '../scheduling/watch';
import { CodeDensity } from '../space/holes/code-density';
import { geodesic } from '../space/paths/geodesic';
import { chain, type Curve, distance, pieceLengths, sample, smooth, straight } from '../space/paths/path';
import { slerp } from '../space/paths/slerp';
import { random } from '../maths/random';

const MOST_FRAMES = 512;
const MOST_STOPS = 64;

/** Progress tells the codes of the path so far. */
export type PathWatch = Watch<[codes: Float32Array]>;

/**
 * @param stops `[k, latentSize]`; one that is the same as that before it is passed over
 * @param frames codes of the result, 2 to 512
 * @throws UserError `bad-settings` for fewer than two different stops, `cancelled`, `bad-model`
 */
export async function tracePath(
  model: Model,
  kind: PathKind,
  stops: Float32Array,
  frames: number,
  { onProgress, ...watch }: PathWatch = {},
): Promise<LatentPath> {
  const { latentSize, layout } = model.card;
  const points = differentStops(stops, latentSize);
  if (!Number.isInteger(frames) || frames < 2 || frames > MOST_FRAMES) {
    throw new UserError('bad-settings.path-frames', { most: MOST_FRAMES, frames });
  }
  const decode = async (codes: Float32Array): Promise<Float32Array> => {
    let images = new Float32Array(0);
    for await (const piece of decodeInPieces(model, codes, watch)) {
      const width = (piece.images.length * latentSize) / piece.codes.length;
      if (piece.start === 0) images = new Float32Array((codes.length / latentSize) * width);
      images.set(piece.images, piece.start * width);
    }
    return images;
  };

  const codes = sample(await curveOf(kind, points, decode, onProgress), frames);
  const images = await decode(codes);
  const sum = (lengths: Float64Array) => lengths.reduce((total, length) => total + length, 0);
  return {
    kind,
    codes,
    images: toImageBatch(images, { count: frames, ...layout }),
    codeLength: sum(pieceLengths(codes, latentSize)),
    imageLength: sum(pieceLengths(images, images.length / frames)),
    density: model.codes && new CodeDensity(model.codes, latentSize, model.logVar).logDensities(codes),
  };
}

function differentStops(stops: Float32Array, latentSize: number): Float32Array[] {
  const rows = Array.from({ length: stops.length / latentSize }, (_, n) =>
    stops.slice(n * latentSize, (n + 1) * latentSize),
  );
  const points = rows.filter((row, n) => n === 0 || distance(row, rows[n - 1]) > 0);
  if (points.length >= 2 && points.length <= MOST_STOPS && stops.every(Number.isFinite)) return points;
  throw new UserError('bad-settings.path-stops', { most: MOST_STOPS, count: points.length });
}

async function curveOf(
  kind: PathKind,
  points: Float32Array[],
  decode: (codes: Float32Array) => Promise<Float32Array>,
  onProgress: PathWatch['onProgress'],
): Promise<Curve> {
  if (kind === 'smooth') return smooth(points);
  const legs = points.slice(1).map((to, k) => [points[k], to] as const);
  if (kind !== 'geodesic') {
    const between = kind === 'straight' ? straight : slerp;
    return chain(
      legs.map(([from, to]) => between(from, to)),
      legs.map(([from, to]) => distance(from, to)),
    );
  }
  const curves: Curve[] = [];
  const lengths: number[] = [];
  const { normal } = random(0, 'geodesic');
  const latentSize = points[0].length;
  for (const [k, [from, to]] of legs.entries()) {
    const path = await geodesic(decode, from, to, {
      start: [sample(slerp(from, to), 9)],
      normal,
      onProgress: (share, codes) => onProgress?.(k + share, legs.length, codes),
    });
    const count = path.length / latentSize;
    // its pieces are equally long in image space: equal shares of the way make film that moves evenly
    curves.push(smooth(Array.from({ length: count }, (_, n) => path.slice(n * latentSize, (n + 1) * latentSize))));
    const images = await decode(path);
    lengths.push(pieceLengths(images, images.length / count).reduce((a, b) => a + b, 0));
  }
  return chain(curves, lengths);
}
