import { describe, expect, it } from 'vitest';
import { centreOf, GREY, hiddenOf, marksOf, search, union, without } from '../../../../renderer/state/faces/face-sets';

const set = (...faces: number[]) => Uint32Array.from(faces);

describe('search', () => {
  const names = ['anna.png', 'bert.jpg', 'annabel 12.png', 'carl.png'];

  it('asks for nothing without a word', () => expect(search('  ', 4, names)).toBeNull());

  it('finds parts of names in any case, and numbers', () => {
    expect(search('ANNA', 4, names)).toEqual(set(0, 2));
    expect(search('#3', 4, names)).toEqual(set(3));
    expect(search('1-2', 4, null)).toEqual(set(1, 2));
    expect(search('bert, 3', 4, names)).toEqual(set(1, 3));
  });

  it('finds what is not there nowhere, and ends ranges with the cloud', () => {
    expect(search('dora', 4, names)).toEqual(set());
    expect(search('2-999999999', 4, null)).toEqual(set(2, 3));
    expect(search('9', 4, null)).toEqual(set());
  });

  it('goes through 100,000 names within a second', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => `face-${i}.png`);
    const start = performance.now();
    expect(search('99999', 100_000, many)).toEqual(set(99_999));
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('sets', () => {
  it('join and part in ascending order', () => {
    expect(union(set(5, 9), set(1, 9, 10))).toEqual(set(1, 5, 9, 10));
    expect(without(set(1, 5, 9), set(5, 7))).toEqual(set(1, 9));
  });

  it('mark the last group that holds a face, the selection above all', () => {
    const groups = [
      { id: 'a', colour: 2, faces: set(0, 1) },
      { id: 'b', colour: 5, faces: set(1) },
    ];
    expect(marksOf(4, groups, set(0), 9)).toEqual(Uint8Array.of(9, 6, 0, 0));
    expect(marksOf(4, [], set(), 9)).toBeNull();
    // the rest is grey, and a group that is gone leaves nothing grey
    expect(marksOf(4, groups, set(3), 9, 'all')).toEqual(Uint8Array.of(3, 6, GREY, 9));
    expect(marksOf(4, groups, set(), 9, { group: 'a' })).toEqual(Uint8Array.of(3, 3, GREY, GREY));
    expect(marksOf(4, groups, set(), 9, { group: 'gone' })).toEqual(Uint8Array.of(0, 0, 0, 0));
  });

  it('hide groups, and all but what was asked for', () => {
    expect(hiddenOf(3, [{ hidden: true, faces: set(1) }], null)).toEqual(Uint8Array.of(0, 1, 0));
    expect(hiddenOf(3, [{ hidden: true, faces: set(1) }], set(1, 2))).toEqual(Uint8Array.of(1, 1, 0));
    expect(hiddenOf(3, [{ hidden: false, faces: set(1) }], null)).toBeNull();
  });

  it('have their middle', () => {
    expect(centreOf(set(0, 2), new Float32Array([0, 0, 0, 9, 9, 9, 2, 4, 6]))).toEqual([1, 2, 3]);
  });
});
