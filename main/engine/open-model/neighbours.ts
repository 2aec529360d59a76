import { UserError } from '../../contract';
import { NearestPoints } from '../maths/nearest-points';
import type { OpenModel } from './open-model';

/** Per request. Faces farther away are hardly neighbours. */
const MOST_NEIGHBOURS = 200;

/**
 * The faces of the model's cloud nearest to a code, nearest first.
 * @param code `[latentSize]`
 * @param count 1 to 200; a smaller cloud has fewer
 * @returns their numbers in the cloud, and their Euclidean distances from `code`
 * @throws UserError `bad-settings`
 */
export function neighboursOf(
  { model, faceCodes }: OpenModel,
  code: Float32Array,
  count: number,
): { faces: Uint32Array; distances: Float32Array } {
  const { latentSize } = model.card;
  if (code.length !== latentSize || !Number.isInteger(count) || count < 1 || count > MOST_NEIGHBOURS) {
    throw new UserError('bad-settings.neighbours', { most: MOST_NEIGHBOURS });
  }
  const search = new NearestPoints(faceCodes, latentSize, count);
  search.find(code, 0);
  const { indices, squares, found } = search;
  return {
    faces: Uint32Array.from(indices.subarray(0, found)),
    distances: Float32Array.from(squares.subarray(0, found), Math.sqrt),
  };
}
