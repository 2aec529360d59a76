import { cubicOut } from 'svelte/easing';
import { prefersReducedMotion } from 'svelte/motion';
import { workspace } from '../../state/app.svelte';

/** Nothing is to move by itself: by the system's setting, or by the window's own. */
export function reducedMotion(): boolean {
  return prefersReducedMotion.current || workspace.still;
}

/** Timing of everything that comes and goes: short and eased, and none at all under reduced motion. */
export function eased(milliseconds = 200): { duration: number; easing: (t: number) => number } {
  return { duration: reducedMotion() ? 0 : milliseconds, easing: cubicOut };
}
