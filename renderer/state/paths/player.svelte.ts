/** Flights that lead themselves: along a path, or as they were flown. */
import type { Pose } from '../../scene/camera/pose';
import { Turns } from '../../scheduling/newest';
import type { Explorer } from '../flight/explorer.svelte';

export type View = Omit<Pose, 'focus'>;

/** One moment of a flight. */
export interface Sample {
  /** Seconds from its start. */
  time: number;
  code: Float32Array;
  view: View;
}

/** Where a flight is at a time, between its moments. @param samples at least one, in order of time */
function sampleAt(samples: readonly Sample[], time: number): Sample {
  let [low, high] = [0, samples.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (samples[middle].time <= time) low = middle;
    else high = middle;
  }
  const [a, b] = [samples[low], samples[high]];
  if (time <= a.time || a === b) return { ...a, time };
  if (time >= b.time) return { ...b, time };
  const share = (time - a.time) / (b.time - a.time);
  const mix = (x: number, y: number) => x + (y - x) * share;
  return {
    time,
    code: a.code.map((value, i) => mix(value, b.code[i])),
    view: {
      yaw: mix(a.view.yaw, b.view.yaw),
      pitch: mix(a.view.pitch, b.view.pitch),
      reach: mix(a.view.reach, b.view.reach),
    },
  };
}

/**
 * The codes of a flight at so many frames a second, both ends included: `[n, latentSize]`.
 * @param ease where of its way the flight is when a share of its time is over, both 0..1
 */
export function framesOf(
  samples: readonly Sample[],
  fps: number,
  ease: (share: number) => number = (share) => share,
): Float32Array {
  const end = samples.at(-1)!.time;
  const count = Math.max(1, Math.round(end * fps) + 1);
  const d = samples[0].code.length;
  const codes = new Float32Array(count * d);
  for (let n = 0; n < count; n++) codes.set(sampleAt(samples, end * ease(count > 1 ? n / (count - 1) : 0)).code, n * d);
  return codes;
}

export class Player {
  /** Name of the flight that is played; null when none is. */
  playing = $state<string | null>(null);
  /** Share of it that is over, 0..1. */
  share = $state(0);
  readonly #explorer: Explorer;
  readonly #turns = new Turns();

  constructor(explorer: Explorer) {
    this.#explorer = explorer;
  }

  /** Flies a flight from its start. Whatever moves the camera meanwhile takes over. */
  play(name: string, samples: readonly Sample[]): void {
    const explorer = this.#explorer;
    const { flight } = explorer;
    const current = this.#turns.begin();
    const end = samples.at(-1)!.time;
    this.playing = name;
    let start: number | null = null;
    let last: Pose | null = null;
    const step = (now: number) => {
      if (!current()) return;
      const { pose } = explorer.scene.viewpoint;
      const takenOver = last !== null && JSON.stringify(pose) !== JSON.stringify(last);
      if (takenOver || explorer.flight !== flight) return this.stop();
      start ??= now;
      const time = Math.min(end, (now - start) / 1000);
      const { code, view } = sampleAt(samples, time);
      explorer.pass(code, view);
      last = explorer.scene.viewpoint.pose;
      this.share = end > 0 ? time / end : 1;
      if (time < end) requestAnimationFrame(step);
      else {
        explorer.rest(last);
        this.stop();
      }
    };
    requestAnimationFrame(step);
  }

  stop(): void {
    this.#turns.end();
    this.playing = null;
    this.share = 0;
  }
}
