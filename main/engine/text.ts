/** Numbers as people read them. */
import type { Estimate } from '../contract';

/** Seconds as people say them: `45 s`, `12 min 3 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  const total = Math.round(seconds);
  const [h, m, s] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  return h > 0 ? `${h} h ${m} min` : m > 0 ? `${m} min ${s} s` : `${s} s`;
}

/** `0.123 (0.1 to 0.15)`: the value and its interval, where it has one. */
export function estimateText({ value, interval }: Estimate): string {
  return interval
    ? `${numberText(value)} (${numberText(interval[0])} to ${numberText(interval[1])})`
    : numberText(value);
}

/** Three digits, more only before the decimal point. */
export const numberText = (n: number): string =>
  // what no measurement gives: a sum that overflowed, or a quotient by nothing
  !Number.isFinite(n) || Math.abs(n) >= 1e30 ? '–' : Math.abs(n) >= 100 ? n.toFixed(0) : n.toPrecision(3);

/** `1 image`, `2 images`. @param thing whose plural ends in s */
export const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;
