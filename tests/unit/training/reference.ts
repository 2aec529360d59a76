/** Convolutions in double precision, written from their definitions: slow, and short enough to be right. */

export interface Dimensions {
  /** images, channels, side */
  x: readonly [number, number, number];
  /** as the op's weight: `[out, in, k]`, of a transposed convolution `[in, out, k]` */
  w: readonly [number, number, number];
  stride: number;
  padding: number;
}

/** y[n, o, Y, X] = b[o] + Σ w[o, i, u, v] · x[n, i, stride·Y + u − padding, stride·X + v − padding] */
export function convolution(x: Float64Array, w: Float64Array, b: Float64Array, d: Dimensions): Float64Array {
  const [n, inputs, size] = d.x;
  const [outputs, , k] = d.w;
  const side = Math.floor((size + 2 * d.padding - k) / d.stride) + 1;
  const y = new Float64Array(n * outputs * side * side);
  for (let image = 0, at = 0; image < n; image++) {
    for (let o = 0; o < outputs; o++) {
      for (let Y = 0; Y < side; Y++) {
        for (let X = 0; X < side; X++, at++) {
          y[at] = b[o];
          for (let u = 0; u < k; u++) {
            const row = d.stride * Y + u - d.padding;
            if (row < 0 || row >= size) continue;
            for (let v = 0; v < k; v++) {
              const column = d.stride * X + v - d.padding;
              if (column < 0 || column >= size) continue;
              for (let i = 0; i < inputs; i++) {
                const weight = w[((o * inputs + i) * k + u) * k + v];
                y[at] += weight * x[((image * inputs + i) * size + row) * size + column];
              }
            }
          }
        }
      }
    }
  }
  return y;
}

/** y[n, o, stride·Y + u − padding, stride·X + v − padding] += w[i, o, u, v] · x[n, i, Y, X], from y = b[o] */
export function transposedConvolution(x: Float64Array, w: Float64Array, b: Float64Array, d: Dimensions): Float64Array {
  const [n, inputs, size] = d.x;
  const [, outputs, k] = d.w;
  const side = (size - 1) * d.stride - 2 * d.padding + k;
  const y = Float64Array.from(
    { length: n * outputs * side * side },
    (_, at) => b[Math.floor(at / side ** 2) % outputs],
  );
  for (let image = 0, from = 0; image < n; image++) {
    for (let i = 0; i < inputs; i++) {
      for (let Y = 0; Y < size; Y++) {
        for (let X = 0; X < size; X++, from++) {
          for (let u = 0; u < k; u++) {
            const row = d.stride * Y + u - d.padding;
            if (row < 0 || row >= side) continue;
            for (let v = 0; v < k; v++) {
              const column = d.stride * X + v - d.padding;
              if (column < 0 || column >= side) continue;
              for (let o = 0; o < outputs; o++) {
                const weight = w[((i * outputs + o) * k + u) * k + v];
                y[((image * outputs + o) * side + row) * side + column] += weight * x[from];
              }
            }
          }
        }
      }
    }
  }
  return y;
}
