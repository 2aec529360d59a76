// Spoils valid input: bytes, JSON and values. What is drawn depends on the seed alone.

/** Random numbers from a seed (mulberry32). */
export class Chance {
  #state;

  /** @param {string} seed */
  constructor(seed) {
    this.#state = [...seed].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16_777_619), 2_166_136_261);
  }

  /** In [0, 1). */
  uniform() {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number below `n`. @param {number} n */
  below(n) {
    return Math.floor(this.uniform() * n);
  }

  /** @template T @param {readonly T[]} list @returns {T} */
  of(list) {
    return list[this.below(list.length)];
  }
}

const BYTES = [0x00, 0x01, 0x7f, 0x80, 0xff];

/** Some bytes changed, cut away, repeated or put in. @param {Chance} chance @param {Uint8Array} bytes */
export function spoilBytes(chance, bytes) {
  let spoilt = Buffer.from(bytes);
  for (let times = 1 + chance.below(4); times > 0; times--) {
    const at = chance.below(spoilt.length + 1);
    const length = 1 + chance.below(Math.min(64, spoilt.length + 1));
    switch (chance.below(7)) {
      case 0:
        spoilt = spoilt.subarray(0, at); // cut
        break;
      case 1:
        if (at < spoilt.length) spoilt[at] ^= 1 << chance.below(8);
        break;
      case 2:
        spoilt.fill(chance.of(BYTES), at, Math.min(spoilt.length, at + length));
        break;
      case 3:
        spoilt = Buffer.concat([spoilt.subarray(0, at), spoilt.subarray(at + length)]);
        break;
      case 4:
        spoilt = Buffer.concat([spoilt.subarray(0, at), spoilt.subarray(at, at + length), spoilt.subarray(at)]);
        break;
      case 5: {
        // near the start, where lengths and sizes stand
        const head = chance.below(Math.min(64, spoilt.length));
        if (head + 4 <= spoilt.length) spoilt.writeUInt32LE(chance.of([0, 1, 0xffff, 0x7fffffff, 0xffffffff]), head);
        break;
      }
      default:
        for (let i = at; i < Math.min(spoilt.length, at + length); i++) spoilt[i] = chance.below(256);
    }
  }
  return spoilt;
}

/** What does not fit anywhere, or nearly does. */
const ODD = [
  ...[null, true, '', 'x', '\u0000', '\u001b[2J', '../../etc', 'x'.repeat(5000)],
  ...[-1, 0, 0.5, 2.5, 1e15, 3e38, 2 ** 53, -(2 ** 31)],
  ...[[], {}, [[[]]], [null], { length: 1e9 }, { kind: 'layout' }],
];
/** JSON has words for it, and JavaScript reads them as what has no end. */
const ENDLESS = '"#endless#"';

/** One value in a JSON text replaced, removed or doubled. @param {Chance} chance @param {string} text */
export function spoilJson(chance, text) {
  if (chance.below(6) === 0) return spoilBytes(chance, Buffer.from(text));
  const json = JSON.parse(text);
  for (let times = 1 + chance.below(3); times > 0; times--) {
    /** @type {[Record<string, unknown>, string][]} */
    const places = [];
    /** @param {unknown} value */
    const walk = (value) => {
      if (typeof value !== 'object' || value === null) return;
      for (const key of Object.keys(value)) {
        places.push([/** @type {Record<string, unknown>} */ (value), key]);
        walk(/** @type {Record<string, unknown>} */ (value)[key]);
      }
    };
    walk(json);
    if (places.length === 0) break;
    const [parent, key] = chance.of(places);
    const how = chance.below(4);
    if (how === 0) delete parent[key];
    else if (how === 1) parent[key] = '#endless#';
    else if (how === 2 && Array.isArray(parent)) parent.push(parent[Number(key)]);
    else parent[key] = chance.of(ODD);
  }
  return Buffer.from(JSON.stringify(json).replaceAll(ENDLESS, '1e999'));
}

/** An argument that somebody might send. @param {Chance} chance @returns {unknown} */
export function oddValue(chance) {
  const arrays = [
    new Float32Array(chance.below(64)),
    Float32Array.from({ length: 16 }, () => chance.of([NaN, Infinity, 3e38, -1e30, 0])),
    new Uint8Array(chance.below(100)),
    new Uint32Array([0, 2 ** 32 - 1]),
    new Float32Array(1e5),
  ];
  return chance.below(3) === 0 ? chance.of(arrays) : chance.of([...ODD, undefined, NaN, Infinity]);
}
