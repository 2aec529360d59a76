/** From a hole map's numbers to the fog that is seen, and what its thickness means. */
import type { HoleMap, HoleScale } from '../../../main/contract';
import { quantile } from '../../../main/engine/maths/quantile';
import { fogColours, type FogVolume } from '../../scene/layers/fog';

export type Measure = 'drift' | 'density';

/** Drift is usual up to the 95 % quantile of the data's own; fog is thickest at so many times that. */
export const MOST_TIMES = 4;
/** Optical depth of the thickest fog: holes hide what is behind them, density only glows. */
const DEPTH = { drift: 12, density: 1.5 };

/**
 * The readings of the faintest and the strongest fog; null where they are not known. Drift: what is usual for the data, and
 * `MOST_TIMES` that. Density: the least but for the lowest twentieth of the map, and the most; slices of other models and
 * frames have densities hundreds of nats apart.
 */
export function endsOf(map: HoleMap | null, scale: HoleScale | null, measure: Measure): [number, number] | null {
  if (measure === 'drift') return scale?.drift ? [scale.drift.high, MOST_TIMES * scale.drift.high] : null;
  const known = map?.density?.filter(Number.isFinite);
  return known?.length ? [quantile(known, 0.05), quantile(known, 1)] : null;
}

/**
 * How strongly a reading shows, 0..1: drift by its logarithm, density, which is one, as it is. What is no number shows as
 * the strongest drift, or as no density.
 */
export function strengthOf(value: number, [faint, strong]: [number, number], measure: Measure): number {
  if (measure === 'drift') {
    return Number.isNaN(value) ? 1 : clamp(Math.log(value / faint) / Math.log(strong / faint));
  }
  return Number.isNaN(value) || strong <= faint ? 0 : clamp((value - faint) / (strong - faint));
}

/** @returns null where the model does not give this measure */
export function fogOf(map: HoleMap, scale: HoleScale, measure: Measure): FogVolume | null {
  const values = map[measure];
  const ends = endsOf(map, scale, measure);
  if (!values || !ends) return null;
  const thickness = Uint8Array.from(values, (value) => Math.round(255 * strengthOf(value, ends, measure)));
  const { centre, radius, side } = map;
  return { centre, radius, side, thickness, depth: DEPTH[measure], colours: fogColours(measure) };
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value));
