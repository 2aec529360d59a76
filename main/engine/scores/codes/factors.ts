/** How codes relate to known factors: which number of a code knows which factor. */
import path from 'node:path';
import { UserError, type FactorScores } from '../../../contract';
import { readFailure, readText } from '../../files';
import { FACTORS_FILE } from '../../images/synthetic/factors';
import { bootstrapEstimates } from '../../maths/bootstrap';
import { chooseAlphas, gram, lasso, predictionError, standardised } from '../../maths/lasso-regression';

const BINS = 20;
const RESAMPLES = 100;

/** Factors of images, by file. */
export interface Factors {
  names: string[];
  /** `[names]` values a file. */
  byFile: Map<string, number[]>;
}

/**
 * `factors.csv` beside the images: a header that begins with `file`, then one row an image. Columns that are not numbers
 * in every row are left out.
 * @returns null when there is no such file
 * @throws UserError `bad-settings` when it is no such table
 */
export async function readFactors(folder: string): Promise<Factors | null> {
  const file = path.join(folder, FACTORS_FILE);
  const text = await readText(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw readFailure(error, file);
  });
  if (text === null) return null;
  const rows = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(',').map((cell) => cell.trim()));
  const [header, ...body] = rows;
  if (header?.[0] !== 'file' || body.some((row) => row.length !== header.length)) {
    throw new UserError('bad-settings.factors-table', { file });
  }
  const numeric = header
    .map((_, column) => column)
    .filter((column) => column > 0 && body.every((row) => row[column] !== '' && Number.isFinite(Number(row[column]))));
  return {
    names: numeric.map((column) => header[column]),
    byFile: new Map(body.map((row) => [row[0], numeric.map((column) => Number(row[column]))])),
  };
}

/** Codes of images with known factors. */
export interface Labelled {
  /** `[count, latentSize]` */
  codes: Float32Array;
  /** By factor, `[count]` each. */
  values: Float64Array[];
}

/**
 * - MIG: for each factor, the mutual information with the code number that knows it best minus that with the second best,
 *   over the factor's entropy; means of codes and factors in 20 equal bins (Chen et al. 2018, section 4.1; binned as in
 *   Locatello et al. 2019). With few images it is biased upwards.
 * - DCI: a lasso predicts each factor from the code; disentanglement and completeness are one minus the entropies of its
 *   weights, informativeness is its error on other images in units of the factor's spread, 0 best
 *   (Eastwood & Williams 2018, section 2).
 * @param names of the factors; those that do not vary are left out
 * @param fitted what everything but the error is measured on @param heldOut what the error is measured on
 * @returns null when no factor varies
 */
export function scoreFactors(
  names: string[],
  latentSize: number,
  fitted: Labelled,
  heldOut: Labelled,
): FactorScores | null {
  const kept = names.flatMap((_, k) => (fitted.values[k].some((value) => value !== fitted.values[k][0]) ? [k] : []));
  if (kept.length === 0) return null;
  const values = kept.map((k) => fitted.values[k]);
  const columns = Array.from({ length: latentSize }, (_, i) => column(fitted.codes, latentSize, i));
  const codeBins = columns.map(bins);
  const valueBins = values.map(bins);
  const inputs = standardised(columns);
  const targets = standardised(values);
  const others = inputs.like(Array.from({ length: latentSize }, (_, i) => column(heldOut.codes, latentSize, i)));
  const otherTargets = targets.like(kept.map((k) => heldOut.values[k]));
  const alphas = chooseAlphas(inputs.columns, targets.columns);

  const [mig, disentanglement, completeness, informativeness] = bootstrapEstimates(
    values[0].length,
    (rows) => {
      const picked = gram(inputs.columns, rows);
      const weights = targets.columns.map((y, k) => lasso(picked, y, alphas[k]));
      const errors = weights.map((w, k) => predictionError(w, others, otherTargets[k]));
      return [mutualInformationGap(codeBins, valueBins, rows), ...disentangled(weights), mean(errors)];
    },
    RESAMPLES,
  );
  return { factors: kept.map((k) => names[k]), mig, disentanglement, completeness, informativeness };
}

const mean = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
};

const column = (codes: Float32Array, latentSize: number, i: number): Float64Array =>
  Float64Array.from({ length: codes.length / latentSize }, (_, n) => codes[n * latentSize + i]);

/** Which of 20 equal bins between the smallest and the largest value each lies in. */
export function bins(values: Float64Array): Uint8Array {
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  const width = (most - least) / BINS || 1;
  return Uint8Array.from(values, (value) => Math.min(BINS - 1, Math.floor((value - least) / width)));
}

/** I(a; b) of binned values, in nats. */
export function mutualInformation(a: Uint8Array, b: Uint8Array, rows: Uint32Array): number {
  const joint = new Float64Array(BINS * BINS);
  const [pa, pb] = [new Float64Array(BINS), new Float64Array(BINS)];
  for (const n of rows) {
    joint[a[n] * BINS + b[n]] += 1 / rows.length;
    pa[a[n]] += 1 / rows.length;
    pb[b[n]] += 1 / rows.length;
  }
  let sum = 0;
  joint.forEach((p, at) => {
    if (p > 0) sum += p * Math.log(p / (pa[Math.floor(at / BINS)] * pb[at % BINS]));
  });
  return sum;
}

/** Mean over the factors. A factor that does not vary among the rows counts 0. */
function mutualInformationGap(codes: Uint8Array[], factors: Uint8Array[], rows: Uint32Array): number {
  const gaps = factors.map((factor) => {
    const information = codes.map((code) => mutualInformation(code, factor, rows)).sort((a, b) => b - a);
    const entropy = mutualInformation(factor, factor, rows);
    return entropy > 0 ? (information[0] - (information[1] ?? 0)) / entropy : 0;
  });
  return mean(gaps);
}

/**
 * Disentanglement and completeness of a matrix of importances, `[factors][latentSize]`: one minus the entropy of each
 * number's importances over the factors (weighted by the number's share of all), and of each factor's over the numbers.
 */
export function disentangled(weights: Float64Array[]): [disentanglement: number, completeness: number] {
  const importance = weights.map((row) => row.map(Math.abs));
  const total = importance.reduce((sum, row) => sum + row.reduce((a, b) => a + b, 0), 0);
  if (total === 0) return [0, 0];
  let disentanglement = 0;
  for (let i = 0; i < importance[0].length; i++) {
    const column = importance.map((row) => row[i]);
    const share = column.reduce((a, b) => a + b, 0) / total;
    disentanglement += share * (1 - entropyShare(column));
  }
  return [disentanglement, mean(importance.map((row) => 1 - entropyShare(row)))];
}

/** The entropy of numbers as a distribution, over the largest there can be: 0 all in one, 1 spread evenly (or nothing). */
function entropyShare(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  if (total === 0) return 1;
  if (values.length === 1) return 0;
  let entropy = 0;
  for (let i = 0; i < values.length; i++)
    if (values[i] > 0) entropy -= (values[i] / total) * Math.log(values[i] / total);
  return entropy / Math.log(values.length);
}
