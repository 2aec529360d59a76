/** When the frames of a moving picture are shown. */

/** Hundredths of a second: browsers show a GIF frame that is shorter for ten. */
const SHORTEST_GIF = 2;

export interface Timing {
  /** Numbers of the frames that are shown, in order. */
  frames: number[];
  /** Milliseconds of each of them. */
  delays: number[];
}

/**
 * Delays in whole units of the format that add up to `frames / fps` seconds, to half a unit: every frame ends where it
 * should, so nothing drifts. Where frames would be shorter than programs show them, as many are left out as it takes.
 */
export function timing(order: readonly number[], fps: number, format: 'gif' | 'webp'): Timing {
  const { unit, shortest } = format === 'gif' ? { unit: 10, shortest: SHORTEST_GIF } : { unit: 1, shortest: 1 };
  const rate = Math.min(fps, 1000 / (unit * shortest));
  const count = Math.max(1, Math.round((order.length * rate) / fps));
  const frames = Array.from({ length: count }, (_, i) => order[Math.floor(((i + 0.5) * order.length) / count)]);
  const end = (i: number) => Math.round((i * 1000) / rate / unit) * unit;
  return { frames, delays: frames.map((_, i) => end(i + 1) - end(i)) };
}
