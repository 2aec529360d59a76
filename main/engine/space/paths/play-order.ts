/** In which order, and when, the frames of a film are shown. */

export type Loop = 'forever' | 'there-and-back' | 'once';

/** `count` frames, then, for `there-and-back`, the ones between in reverse, so that the loop has no double frames. */
export function playOrder(count: number, loop: Loop): number[] {
  const there = Array.from({ length: count }, (_, i) => i);
  return loop === 'there-and-back' ? [...there, ...there.slice(1, -1).reverse()] : there;
}

/**
 * Where of its way a film is, 0..1, when a share of its time is over. `gentle` starts and ends slowly: 3t² − 2t³, Hermite's
 * cubic without speed at its ends.
 */
export function ease(share: number, easing: 'even' | 'gentle'): number {
  return easing === 'gentle' ? share * share * (3 - 2 * share) : share;
}
