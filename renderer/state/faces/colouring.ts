/** Faces in the colours of a column: one for each of a few values, or a scale for numbers; those without a value grey. */
import { GREY } from './face-sets';

/** Of groups and of values, told apart on the space and from the accent, which is the selection's. */
export const GROUP_COLOURS = ['#ff8fa3', '#ffb45e', '#f3e26b', '#9be37d', '#6bc7ff', '#a99bff', '#f08cff', '#d9b38c'];
/** Of the selection. */
const ACCENT = '#74e0c2';
/** From little to much, as light as the space is dark. */
const SCALE = ['#4a5cf0', '#8a5cf0', '#d056c8', '#f5648c', '#ff8a5c', '#ffb84d', '#fbe96b'];
/** The colours of marks: mark `i + 1` has `MARK_COLOURS[i]`. */
export const MARK_COLOURS = [...GROUP_COLOURS, ACCENT, ...SCALE];
export const SELECTED = GROUP_COLOURS.length + 1;
const FIRST_OF_SCALE = SELECTED + 1;
/** Shares of the numbers below and above the scale: single ones far off would leave it to the others as one colour. */
const BEYOND = 0.02;

/** What the colours of a column say. */
export type Legend =
  /** The most frequent values, with their faces; `others`: faces with other values, grey. */
  | { kind: 'values'; values: { value: string; colour: string; count: number }[]; others: number; missing: number }
  /** Numbers at both ends of the scale. */
  | { kind: 'scale'; least: number; most: number; colours: readonly string[]; missing: number };

export interface Colouring {
  /** As the scene takes them. */
  marks: Uint8Array;
  legend: Legend;
}

/**
 * @param values one for each face, empty where there is none; numbers where all of them are numbers
 * @returns null where colours would say nothing: fewer than two values, or as many as faces
 */
export function colouringOf(values: readonly string[]): Colouring | null {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
  if (counts.size < 2) return null;
  const missing = values.filter((value) => value === '').length;
  const numeric = [...counts.keys()].every((value) => Number.isFinite(Number(value)));
  if (numeric && counts.size > GROUP_COLOURS.length) return scale(values, missing);
  if (counts.size === values.length - missing) return null;

  const frequent = [...counts].sort(([, a], [, b]) => b - a).slice(0, GROUP_COLOURS.length);
  const shown = frequent.sort(([a], [b]) => (numeric ? Number(a) - Number(b) : a.localeCompare(b)));
  const markOf = new Map(shown.map(([value], i) => [value, i + 1]));
  return {
    marks: Uint8Array.from(values, (value) => markOf.get(value) ?? GREY),
    legend: {
      kind: 'values',
      values: shown.map(([value, count], i) => ({ value, colour: GROUP_COLOURS[i], count })),
      others: values.length - missing - shown.reduce((sum, [, count]) => sum + count, 0),
      missing,
    },
  };
}

function scale(values: readonly string[], missing: number): Colouring {
  const sorted = Float64Array.from(
    values.filter((value) => value !== ''),
    Number,
  ).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  // where nearly all are one number, the few others are what is to be seen
  const [least, most] = at(BEYOND) < at(1 - BEYOND) ? [at(BEYOND), at(1 - BEYOND)] : [at(0), at(1)];
  const stepOf = (value: number) =>
    Math.min(SCALE.length - 1, Math.max(0, Math.floor(((value - least) / (most - least)) * SCALE.length)));
  return {
    marks: Uint8Array.from(values, (value) => (value === '' ? GREY : FIRST_OF_SCALE + stepOf(Number(value)))),
    legend: { kind: 'scale', least, most, colours: SCALE, missing },
  };
}
