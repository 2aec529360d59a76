/** Numbers with how certain they are, as people read them. */
import type { Estimate } from '../contract';

/** `0.123 (0.1 to 0.15)`: the value and its interval, where it has one. */
export function estimateText({ value, interval }: Estimate): string {
  return interval
    ? `${numberText(value)} (${numberText(interval[0])} to ${numberText(interval[1])})`
    : numberText(value);
}

/** Three digits, more only before the decimal point. */
export const numberText = (n: number): string => (Math.abs(n) >= 100 ? n.toFixed(0) : n.toPrecision(3));
