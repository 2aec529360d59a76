/** Places in a film of a training, which are fractions of frames, and the steps and positions there. */
import type { TrainingFilm } from '../../../main/contract';

type Timed = Pick<TrainingFilm, 'steps'>;

/** The frame seen at a place, 0 and up: the last one that has been reached. */
export const frameAt = (place: number): number => Math.floor(place);

/** The step of the run at a place, between two frames in proportion. */
export function stepAt({ steps }: Timed, place: number): number {
  const frame = frameAt(place);
  const [from, to] = [steps[frame], steps[frame + 1] ?? steps[frame]];
  return from + (to - from) * (place - frame);
}

/** The place in one film at which as large a share of its run is over as at `place` in another one. */
export function samePlace(film: Timed, place: number, other: Timed): number {
  const end = film.steps[film.steps.length - 1];
  const share = end > 0 ? stepAt(film, place) / end : 1;
  const { steps } = other;
  const step = share * steps[steps.length - 1];
  const frame = steps.findLastIndex((each) => each <= step);
  // a film that began late stands still until then
  if (frame < 0) return 0;
  const next = steps[frame + 1];
  return next === undefined ? frame : frame + (step - steps[frame]) / (next - steps[frame]);
}

/** Where the faces are at a place, `[faces, 3]`; between two frames on a straight line. */
export function positionsAt({ positions, faces }: Pick<TrainingFilm, 'positions' | 'faces'>, place: number) {
  const size = 3 * faces.length;
  const frame = frameAt(place);
  const from = positions.subarray(frame * size, (frame + 1) * size);
  const to = positions.subarray((frame + 1) * size, (frame + 2) * size);
  const share = place - frame;
  return share > 0 && to.length > 0 ? from.map((x, i) => x + (to[i] - x) * share) : from.slice();
}

/** Holds nine tenths of the faces in every frame: how far a view has to see. Scene units. */
export function radiusOf({ positions, faces }: Pick<TrainingFilm, 'positions' | 'faces'>): number {
  let radius = 0;
  for (let start = 0; start < positions.length; start += 3 * faces.length) {
    const distances = Array.from({ length: faces.length }, (_, i) =>
      Math.hypot(...positions.subarray(start + 3 * i, start + 3 * i + 3)),
    ).sort((a, b) => a - b);
    radius = Math.max(radius, distances[Math.floor(0.9 * (faces.length - 1))]);
  }
  return radius || 1;
}
