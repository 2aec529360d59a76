import { describe, expect, it } from 'vitest';
import { folderTraits, tableTraits } from '../../../renderer/state/traits/labels';

const NAMES = ['red/a.png', 'red/b.jpg', 'blue/c.png', 'blue/d.png'];
const plain = ({ name, withIt, without }: { name: string; withIt: Uint32Array; without: Uint32Array }) => [
  name,
  [...withIt],
  [...without],
];

it('folders are traits, each against the others; a single one is none', () => {
  expect(folderTraits(NAMES).map(plain)).toEqual([
    ['blue', [2, 3], [0, 1]],
    ['red', [0, 1], [2, 3]],
  ]);
  expect(folderTraits(['a.png', 'b.png'])).toEqual([]);
});

describe('a table', () => {
  it('is found by file names in any form; two values are one trait, words one each', () => {
    const text = '\uFEFFimage_id,Smiling,Hair\na,1,"dark, long"\nred/b.jpg,-1,fair\nc.png,1,fair\nnobody,1,fair\n';
    const { traits, found } = tableTraits(text, NAMES, 4);
    expect(found).toBe(3);
    expect(traits.map(plain)).toEqual([
      ['Smiling', [0, 2], [1]],
      ['Hair: dark, long', [0], [1, 2]],
      ['Hair: fair', [1, 2], [0]],
    ]);
  });

  it('of numbers makes a trait of both ends, and of face numbers needs no names', () => {
    const rows = Array.from({ length: 9 }, (_, face) => `${face},${face * 10}`);
    const { traits, found } = tableTraits(['face,age', ...rows].join('\n'), null, 9);
    expect(found).toBe(9);
    expect(traits.map(plain)).toEqual([['age', [6, 7, 8], [0, 1, 2]]]);
  });

  it('that names nobody gives nothing', () => {
    expect(tableTraits('file,x\nq.png,1\n', NAMES, 4)).toEqual({ traits: [], found: 0 });
    expect(tableTraits('', NAMES, 4)).toEqual({ traits: [], found: 0 });
  });
});
