/**
 * Seeded randomness. Every stream is derived from a seed and a few labels (`random(seed, 'noise', step)`),
 * never from hidden state: step 1000 draws the same numbers whether or not the run was interrupted before it.
 */

export interface Random {
  /** Fills an array with random bits. */
  bits(words: Uint32Array): void;
  /** Uniform on [0, 1). */
  uniform(): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
  /** Uniform integer in 0..n−1. */
  integer(n: number): number;
}

/** FNV-1a over the labels' text, then murmur3's finaliser: neighbouring labels give unrelated streams. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A stream named by its seed and labels; xoshiro128** (Blackman & Vigna 2018) on 53-bit uniforms. */
export function random(seed: number, ...labels: (string | number)[]): Random {
  const name = [seed, ...labels].join('/');
  let [a, b, c, d] = [0, 1, 2, 3].map((i) => hash(`${i}:${name}`));
  if (!(a | b | c | d)) a = 1;

  const next = (): number => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result >>> 0;
  };
  const uniform = () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;

  let spare: number | null = null;
  const normal = () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  const bits = (words: Uint32Array) => {
    for (let i = 0; i < words.length; i++) words[i] = next();
  };
  return { bits, uniform, normal, integer: (n) => Math.floor(uniform() * n) };
}

/** A seeded permutation of 0..n−1 (Fisher–Yates). */
export function permutation(n: number, rng: Random): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = rng.integer(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** `n` standard normal numbers. */
export function normals(n: number, rng: Random): Float32Array {
  return Float32Array.from({ length: n }, () => rng.normal());
}
