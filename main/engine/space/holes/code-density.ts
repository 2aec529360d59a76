/** How dense a model's codes lie: the log-density of any code under what is known of the data. */
import { evenly } from '../../maths/evenly';

/** Nats below the nearest part of a sum at which another part is nothing. */
const NEGLIGIBLE = 40;
/** Multiplications that the choice of a bandwidth may take: some tenths of a second. */
const MOST_MULTIPLICATIONS = 2e8;
const MOST_SAMPLES = 256;
/** Bandwidths considered, in standard deviations of the codes. */
const [NARROWEST, WIDEST] = [0.02, 2];

/**
 * The density of a model's codes as a mixture of one Gaussian a code.
 *
 * With posteriors (a VAE) it is exactly the aggregated posterior `q(z) = 1/n Σ N(z; μ_i, diag σ_i²)` (Hoffman & Johnson
 * 2016). Without, a kernel density estimate with a Gaussian of the same shape at each code: along each latent `h` times the
 * codes' standard deviation (Scott 2015, §6.3), h being the bandwidth under which the codes are likeliest when each is
 * left out of its own estimate (Duin 1976).
 */
export class CodeDensity {
  readonly count: number;
  /** The bandwidth h; null with posteriors. */
  readonly bandwidth: number | null;
  readonly #codes: Float32Array;
  readonly #size: number;
  /** 1/σ² of each part, `[count, latentSize]`, or of all alike, `[latentSize]`. */
  readonly #precision: Float32Array;
  /** Log-density of each part at its middle, or of all alike. */
  readonly #peaks: Float64Array;

  /**
   * @param codes `[count, latentSize]`, at least one
   * @param logVar ln σ² of their posteriors, as large; null where codes are points
   */
  constructor(codes: Float32Array, latentSize: number, logVar: Float32Array | null) {
    this.#codes = codes;
    this.#size = latentSize;
    this.count = codes.length / latentSize;
    if (logVar) {
      this.bandwidth = null;
      this.#precision = logVar.map((value) => Math.exp(-value));
      this.#peaks = Float64Array.from({ length: this.count }, (_, n) => {
        let sum = 0;
        for (let i = n * latentSize; i < (n + 1) * latentSize; i++) sum += logVar[i];
        return -(sum + latentSize * Math.log(2 * Math.PI)) / 2;
      });
    } else {
      const variances = variancesOf(codes, latentSize);
      const h = bandwidthOf(codes, latentSize, variances);
      this.bandwidth = h;
      this.#precision = Float32Array.from(variances, (variance) => 1 / (h * h * variance));
      const logs = variances.reduce((sum, variance) => sum + Math.log(2 * Math.PI * h * h * variance), 0);
      this.#peaks = Float64Array.of(-logs / 2);
    }
  }

  /**
   * Log-density at a code, nats.
   * @param code `[latentSize]`
   * @param except number of a part to leave out
   */
  logDensity(code: ArrayLike<number>, except = -1): number {
    const codes = this.#codes;
    const size = this.#size;
    const precision = this.#precision;
    // one shape for all, or one a part
    const shared = precision.length === size;
    let largest = -Infinity;
    let sum = 0;
    for (let n = 0, at = 0, p = 0; n < this.count; n++, at += size, p += shared ? 0 : size) {
      if (n === except) continue;
      const peak = this.#peaks[shared ? 0 : n];
      const limit = 2 * (peak - largest + NEGLIGIBLE);
      let squares = 0;
      for (let i = 0; i < size && squares < limit; i++) squares += (codes[at + i] - code[i]) ** 2 * precision[p + i];
      if (squares >= limit) continue;
      const log = peak - squares / 2;
      if (log > largest) {
        sum = sum * Math.exp(largest - log) + 1;
        largest = log;
      } else sum += Math.exp(log - largest);
    }
    return largest + Math.log(sum) - Math.log(this.count - (except < 0 ? 0 : 1));
  }

  /** `logDensity` of many codes, `[n, latentSize]` → `[n]`. */
  logDensities(codes: Float32Array): Float32Array<ArrayBuffer> {
    const size = this.#size;
    return Float32Array.from({ length: codes.length / size }, (_, n) =>
      this.logDensity(codes.subarray(n * size, (n + 1) * size)),
    );
  }

  /**
   * The log-densities of the data's own codes, each left out of its own estimate (leave one out), in ascending order:
   * what the density at any place is held against.
   * @param samples at most so many of the codes, evenly chosen
   */
  leaveOneOut(samples: number): Float64Array {
    const size = this.#size;
    const chosen = evenly(this.count, this.count < 2 ? 0 : samples);
    return Float64Array.from(chosen, (n) => this.logDensity(this.#codes.subarray(n * size, (n + 1) * size), n)).sort();
  }
}

/** Variance of each latent (divisor count); a latent that never changes takes the mean variance, or 1 when none does. */
function variancesOf(codes: Float32Array, size: number): Float64Array {
  const count = codes.length / size;
  const variances = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let mean = 0;
    for (let at = i; at < codes.length; at += size) mean += codes[at] / count;
    for (let at = i; at < codes.length; at += size) variances[i] += (codes[at] - mean) ** 2 / count;
  }
  const spare = variances.reduce((sum, variance) => sum + variance / size, 0) || 1;
  return variances.map((variance) => (variance > 1e-12 * spare ? variance : spare));
}

/** The h under which evenly chosen codes are likeliest when left out, by golden-section search on ln h; 1 for one code. */
function bandwidthOf(codes: Float32Array, size: number, variances: Float64Array): number {
  const count = codes.length / size;
  if (count < 2) return 1;
  const samples = Math.max(8, Math.min(MOST_SAMPLES, Math.floor(MOST_MULTIPLICATIONS / codes.length)));
  const rows = Array.from(evenly(count, samples), (row) => {
    const at = row * size;
    const squares = new Float32Array(count - 1);
    for (let n = 0, other = 0; other < codes.length; other += size) {
      if (other === at) continue;
      let sum = 0;
      for (let i = 0; i < size; i++) sum += (codes[at + i] - codes[other + i]) ** 2 / variances[i];
      squares[n++] = sum;
    }
    return squares.sort();
  });
  const likelihood = (logH: number) => {
    const factor = Math.exp(-2 * logH) / 2;
    return rows.reduce((total, squares) => {
      let sum = 0;
      for (const square of squares) {
        const nats = (square - squares[0]) * factor;
        if (nats > NEGLIGIBLE) break;
        sum += Math.exp(-nats);
      }
      return total + Math.log(sum) - squares[0] * factor - size * logH;
    }, 0);
  };
  return Math.exp(goldenSection(likelihood, Math.log(NARROWEST), Math.log(WIDEST)));
}

/** Where `f` is largest between `low` and `high`, to a hundredth, for an f with one peak. */
function goldenSection(f: (x: number) => number, low: number, high: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [high - ratio * (high - low), low + ratio * (high - low)];
  let [fa, fb] = [f(a), f(b)];
  while (high - low > 0.01) {
    if (fa > fb) {
      high = b;
      [b, fb] = [a, fa];
      a = high - ratio * (high - low);
      fa = f(a);
    } else {
      low = a;
      [a, fa] = [b, fb];
      b = low + ratio * (high - low);
      fb = f(b);
    }
  }
  return (low + high) / 2;
}
