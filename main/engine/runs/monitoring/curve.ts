/** The curve of a run, kept short however long the run is. */
import type { TrainingProgress } from '../../../contract';

/** The validation error is measured about this often in a run, at fixed steps: it may decide when the run ends. */
export const MEASUREMENTS = 60;

/** Points that are kept; when there are more, every second one goes, but never a measurement. */
const MOST_POINTS = 2000;

/** `points` and one more. */
export function withPoint(points: TrainingProgress[], point: TrainingProgress): TrainingProgress[] {
  const all = [...points, point];
  return all.length <= MOST_POINTS ? all : all.filter((p, i) => i % 2 || p.validationMse !== undefined);
}
