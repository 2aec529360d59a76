/** Finding a face in one image: the place and size whose features correlate best with a template. */
import { features, type GreyImage } from './features';
import { correlate, EYES, type Template } from './template';

/**
 * Where a face is: the point between its eyes, in short sides of the image from the image's middle,
 * and its size, the binary logarithm of the side of its crop in short sides.
 */
export interface Place {
  x: number;
  y: number;
  size: number;
}

/** A place and how well a template matches there. */
export interface Fit extends Place {
  /** Correlation with the template, −1..1. */
  score: number;
  /** The score less what the place itself costs, see `Prior`. */
  total: number;
}

/** The square crop of a fit in image pixels. */
export function placeOf(image: GreyImage, fit: Place) {
  const short = Math.min(image.width, image.height);
  const side = 2 ** fit.size * short;
  return {
    left: image.width / 2 + fit.x * short - EYES.x * side,
    top: image.height / 2 + fit.y * short - EYES.y * side,
    side,
  };
}

/** Where faces in this folder usually are: mean and spread of x, y and size. */
export interface Prior {
  mean: [number, number, number];
  spread: [number, number, number];
}

/** Before anything is known: one large face near the middle, slightly high. */
export const ANYWHERE: Prior = { mean: [0, -0.1, Math.log2(0.75)], spread: [0.25, 0.25, 0.6] };

/** Smallest spreads, so that in a folder of similar pictures a single one may still differ. */
const LEAST_SHIFT = 0.04;
const LEAST_SIZE = 0.1;

/** What an unusual place costs in units of correlation: −log of a heavy-tailed (Cauchy-like) density. */
const PLACE_COST = 0.05;

function cost({ mean, spread }: Prior, x: number, y: number, size: number): number {
  const a = (x - mean[0]) / spread[0];
  const b = (y - mean[1]) / spread[1];
  const c = (size - mean[2]) / spread[2];
  return PLACE_COST * Math.log1p((a * a + b * b + c * c) / 2);
}

/** Value below which a share `p` of the numbers lies. */
export function quantile(values: number[], p: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))];
}

/** Half the width of the central 68 % of x, y and size: the standard deviation, blind to outliers. */
export function spreadOf(places: Place[]): Prior['spread'] {
  const half = (values: number[]) => (quantile(values, 0.84) - quantile(values, 0.16)) / 2;
  return [half(places.map((p) => p.x)), half(places.map((p) => p.y)), half(places.map((p) => p.size))];
}

export function priorOf(places: Place[]): Prior {
  const middle = (values: number[]) => quantile(values, 0.5);
  const [x, y, size] = spreadOf(places);
  return {
    mean: [middle(places.map((p) => p.x)), middle(places.map((p) => p.y)), middle(places.map((p) => p.size))],
    spread: [Math.max(x, LEAST_SHIFT), Math.max(y, LEAST_SHIFT), Math.max(size, LEAST_SIZE)],
  };
}

/** The part of a crop a template covers, in cells; the crop is `cells` cells wide. */
export interface Level {
  cells: number;
  left: number;
  top: number;
  columns: number;
  rows: number;
  /** Cells over which contrast is evened out. */
  reach: number;
}

/** The whole head with its surroundings: finds the face. */
export const HEAD: Level = { cells: 12, left: 0, top: 0, columns: 12, rows: 12, reach: 2 };
/** Brows to mouth: says exactly where the face is, whatever the hair. */
export const FACE: Level = { cells: 24, left: 6, top: 7, columns: 12, rows: 12, reach: 3 };

/** Features of the part of a fit's crop that a level looks at. */
export function look(image: GreyImage, fit: Place, level: Level) {
  const { left, top, side } = placeOf(image, fit);
  const cell = side / level.cells;
  return features(
    image,
    left + level.left * cell,
    top + level.top * cell,
    cell,
    level.columns,
    level.rows,
    level.reach,
  );
}

/** Offset of the top of the parabola through three equidistant values, −0.5..0.5. */
function peak(before: number, at: number, after: number): number {
  const bend = before - 2 * at + after;
  return bend < 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend))) : 0;
}

/** Compares a template with every window of one grid of cells; returns the best fit if it beats `best`. */
function scan(
  image: GreyImage,
  grid: { left: number; top: number; cell: number; columns: number; rows: number },
  level: Level,
  template: Template,
  prior: Prior,
  best: Fit | null,
): Fit | null {
  const { left, top, cell, columns, rows } = grid;
  const short = Math.min(image.width, image.height);
  const scores = correlate(features(image, left, top, cell, columns, rows, level.reach), template);
  const step = cell / short;
  const side = level.cells * step;
  const size = Math.log2(side);
  // The eyes' place when the template's window sits on the grid's first cell.
  const x0 = (left - image.width / 2) / short - level.left * step + EYES.x * side;
  const y0 = (top - image.height / 2) / short - level.top * step + EYES.y * side;
  for (let row = 0, i = 0; row < scores.rows; row++) {
    for (let column = 0; column < scores.columns; column++, i++) {
      const score = scores.data[i];
      if (best && score <= best.total) continue;
      const total = score - cost(prior, x0 + column * step, y0 + row * step, size);
      if (best && total <= best.total) continue;
      const inside = column > 0 && row > 0 && column < scores.columns - 1 && row < scores.rows - 1;
      const dx = inside ? peak(scores.data[i - 1], score, scores.data[i + 1]) : 0;
      const dy = inside ? peak(scores.data[i - scores.columns], score, scores.data[i + scores.columns]) : 0;
      best = { x: x0 + (column + dx) * step, y: y0 + (row + dy) * step, size, score, total };
    }
  }
  return best;
}

/** Sizes tried over a whole image: a crop a fifth wider than the image down to two fifths of it. */
const SIDES = Array.from({ length: 7 }, (_, i) => 1.2 * 2 ** (-i / 4));
/** How far a crop may reach outside the image, as a share of its side. */
const OUTSIDE = 1 / 6;

/** How far from the usual place is still near it, in spreads. */
const NEARBY = 3;

/** The cells of a picture in which windows of the size `side` (in short sides) may lie. */
function gridOf({ width, height }: GreyImage, side: number, level: Level) {
  const cell = (side * Math.min(width, height)) / level.cells;
  const margin = 2 * Math.round(OUTSIDE * level.cells);
  const columns = Math.max(level.columns, Math.ceil(width / cell) + margin);
  const rows = Math.max(level.rows, Math.ceil(height / cell) + margin);
  return { left: (width - columns * cell) / 2, top: (height - rows * cell) / 2, cell, columns, rows };
}

/**
 * Best fit over all places and sizes.
 * @param sure a total at which a fit near the usual place is taken without looking elsewhere, which takes several times as
 * long
 */
export function searchEverywhere(image: GreyImage, level: Level, template: Template, prior: Prior, sure: number): Fit {
  let best = sure < 1 ? searchUsual(image, level, template, prior) : null;
  if (best && best.total >= sure) return best;
  for (const side of SIDES) best = scan(image, gridOf(image, side, level), level, template, prior, best);
  return best!;
}

/** Best fit near the usual place, among those that `searchEverywhere` looks at; null where none of them is near. */
function searchUsual(image: GreyImage, level: Level, template: Template, prior: Prior): Fit | null {
  const short = Math.min(image.width, image.height);
  const [x, y, size] = prior.mean;
  const [dx, dy, dsize] = prior.spread.map((spread) => NEARBY * spread);
  let best: Fit | null = null;
  for (const side of SIDES) {
    if (Math.abs(Math.log2(side) - size) > dsize) continue;
    const grid = gridOf(image, side, level);
    /** The cells of an axis on which windows lie that begin between two places; one more at either end, for the peak. */
    const part = (start: number, cells: number, window: number, from: number, to: number) => {
      const most = cells - window;
      const first = Math.min(most, Math.max(0, Math.floor((from - start) / grid.cell) - 1));
      const last = Math.max(first, Math.min(most, Math.ceil((to - start) / grid.cell) + 1));
      return { start: start + first * grid.cell, cells: last - first + window };
    };
    const left = image.width / 2 + (x - EYES.x * side) * short + level.left * grid.cell;
    const top = image.height / 2 + (y - EYES.y * side) * short + level.top * grid.cell;
    const across = part(grid.left, grid.columns, level.columns, left - dx * short, left + dx * short);
    const down = part(grid.top, grid.rows, level.rows, top - dy * short, top + dy * short);
    const near = { cell: grid.cell, left: across.start, top: down.start, columns: across.cells, rows: down.cells };
    best = scan(image, near, level, template, prior, best);
  }
  return best;
}

/** Best fit near a known one: `margin` cells to every side, at sizes `steps` (in octaves) away. */
export function searchAround(
  image: GreyImage,
  fit: Place,
  level: Level,
  template: Template,
  prior: Prior,
  margin: number,
  steps: number[],
): Fit {
  let best: Fit | null = null;
  for (const step of steps) {
    const { left, top, side } = placeOf(image, { ...fit, size: fit.size + step });
    const cell = side / level.cells;
    const grid = {
      left: left + (level.left - margin) * cell,
      top: top + (level.top - margin) * cell,
      cell,
      columns: level.columns + 2 * margin,
      rows: level.rows + 2 * margin,
    };
    best = scan(image, grid, level, template, prior, best);
  }
  return best!;
}
