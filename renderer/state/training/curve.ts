/** Live curves: kept short however long a run is, and scaled to what matters in them. */
import type { TrainingProgress } from '../../../main/contract';

/**
 * At most `most` points: while there are more, neighbours are merged into the later of the two. The last point and
 * the newest validation error of each pair always survive.
 */
export function thin(points: readonly TrainingProgress[], most: number): TrainingProgress[] {
  let kept = [...points];
  while (kept.length > most) {
    const merged: TrainingProgress[] = [];
    // from the end, so that the last point is never the one merged away
    for (let i = kept.length - 1; i >= 0; i -= 2) {
      const validationMse = kept[i].validationMse ?? kept[i - 1]?.validationMse;
      merged.push(validationMse === undefined ? kept[i] : { ...kept[i], validationMse });
    }
    kept = merged.reverse();
  }
  return kept;
}

/**
 * The range of values that a curve's axis should show: all of them but the first steep fall, which would flatten
 * everything after it. Null when there is no finite value.
 */
export function curveRange(values: readonly (number | null)[]): [number, number] | null {
  const finite = values.filter((value): value is number => value !== null && Number.isFinite(value));
  if (finite.length === 0) return null;
  const shown = finite.length < 20 ? finite : finite.slice(Math.ceil(finite.length * 0.05));
  const least = shown.reduce((a, b) => Math.min(a, b));
  const most = shown.reduce((a, b) => Math.max(a, b));
  const margin = (most - least) * 0.06 || Math.abs(most) * 0.05 || 1;
  return [least - margin, most + margin];
}
