import { cubicOut } from 'svelte/easing';
import { prefersReducedMotion } from 'svelte/motion';

/** Timing of everything that comes and goes: short and eased, and none at all under reduced motion. */
export function eased(milliseconds = 200): { duration: number; easing: (t: number) => number } {
  return { duration: prefersReducedMotion.current ? 0 : milliseconds, easing: cubicOut };
}
