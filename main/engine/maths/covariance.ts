import { Matrix } from 'ml-matrix';

/** Rows between two reports of progress. */
const REPORT_EVERY = 1024;

/**
 * Sample covariance (divisor count − 1; zero for a single code), in double precision. Four codes at a time: each sum is
 * read and written once for all four, which is most of the work.
 * @param codes `[count, latentSize]`
 * @param onProgress share done, now and then
 */
export function covarianceOf(codes: Float32Array, mean: Float64Array, onProgress?: (share: number) => void): Matrix {
  const d = mean.length;
  const count = codes.length / d;
  const sums = new Float64Array(d * d);
  const rows = Array.from({ length: 4 }, () => new Float64Array(d));
  const [a, b, c, e] = rows;
  for (let n = 0; n < count; n += 4) {
    rows.forEach((row, r) => {
      const start = (n + r) * d;
      // past the last code the mean is used, which adds nothing
      if (n + r < count) for (let i = 0; i < d; i++) row[i] = codes[start + i] - mean[i];
      else row.fill(0);
    });
    for (let i = 0; i < d; i++) {
      const [ai, bi, ci, ei] = [a[i], b[i], c[i], e[i]];
      for (let j = i, at = i * d + i; j < d; j++, at++) sums[at] += ai * a[j] + bi * b[j] + ci * c[j] + ei * e[j];
    }
    if (n % REPORT_EVERY === 0) onProgress?.(n / count);
  }
  const divisor = Math.max(1, count - 1);
  const covariance = new Matrix(d, d);
  for (let i = 0; i < d; i++) {
    for (let j = i; j < d; j++) {
      covariance.set(i, j, sums[i * d + j] / divisor);
      covariance.set(j, i, sums[i * d + j] / divisor);
    }
  }
  return covariance;
}
