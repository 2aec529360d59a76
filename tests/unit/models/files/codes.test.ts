import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeCodes, encodeCodes } from '../../../../main/engine/models';

/** Row n, column i of the files is 10·n + i, plus a half where the type has them (see tests/data/codes/make.py). */
const read = (name: string) => readFileSync(new URL(`../../../data/codes/${name}.npy`, import.meta.url));
const expected = (half: number) => Array.from({ length: 12 }, (_, k) => 10 * Math.floor(k / 4) + (k % 4) + half);

it.each([
  ['float32', 0.5],
  ['float64', 0.5],
  ['float16', 0.5],
  ['int64', 0],
  ['fortran', 0.5],
])('reads what NumPy wrote as %s', (name, half) => {
  expect([...decodeCodes(read(name), 4, name)]).toEqual(expected(half));
});

it('reads a single code', () => {
  expect([...decodeCodes(read('single'), 4, 'single')]).toEqual([10.5, 11.5, 12.5, 13.5]);
});

it('writes what it reads, with the same numbers as NumPy', () => {
  const codes = Float32Array.from(expected(0.5));
  const bytes = encodeCodes(codes, 4);
  expect(decodeCodes(bytes, 4, 'x')).toEqual(codes);
  const numbers = codes.byteLength;
  expect(Buffer.from(bytes).subarray(-numbers)).toEqual(read('float32').subarray(-numbers));
  // NumPy reads the numbers from where the header ends; version 1.0 starts with this.
  expect([...bytes.subarray(0, 8)]).toEqual([0x93, ...Buffer.from('NUMPY'), 1, 0]);
  expect(new TextDecoder().decode(bytes)).toContain("{'descr':'<f4','fortran_order':False,'shape':(3,4)}");
});

describe('what are no codes of this model', () => {
  it.each([
    ['float32', 3, '"x.npy" holds an array of shape (3, 4); this model needs (count, 3).'],
    ['cube', 4, '"x.npy" holds an array of shape (2, 2, 4); this model needs (count, 4).'],
    ['complex', 4, '"x.npy" holds c8 values, not real numbers. Save it as float32.'],
    ['nan', 4, '"x.npy" holds values that are not finite numbers.'],
  ])('%s for a latent size of %i', (name, latentSize, sentence) => {
    expect(() => decodeCodes(read(name), latentSize, 'x.npy')).toThrow(
      expect.objectContaining({ code: 'bad-model', message: sentence }),
    );
  });

  it.each([
    ['text', Buffer.from('1 2 3 4'), '"x.npy" is not a NumPy .npy file of numbers. Save it with numpy.save.'],
    ['nothing', Buffer.alloc(0), '"x.npy" is not a NumPy .npy file of numbers. Save it with numpy.save.'],
    ['a part', read('float32').subarray(0, -16), '"x.npy" is cut short: it should hold 3 rows. Copy it again.'],
    ['less', read('float32').subarray(0, -7), '"x.npy" is not a NumPy .npy file of numbers. Save it with numpy.save.'],
  ])('%s', (_, bytes, sentence) => {
    expect(() => decodeCodes(bytes, 4, 'x.npy')).toThrow(expect.objectContaining({ message: sentence }));
  });
});
