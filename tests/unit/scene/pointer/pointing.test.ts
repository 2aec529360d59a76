import { describe, expect, it } from 'vitest';
import { Pointing } from '../../../../renderer/scene/pointer/pointing';

/** A pointer over faces that are found when the test says so. */
function pointing() {
  const searches: { x: number; found: (face: number | null) => void; failed: (error: Error) => void }[] = [];
  const told: (number | null)[] = [];
  const pointer = new Pointing(
    (x) => new Promise((found, failed) => searches.push({ x, found, failed })),
    (face) => told.push(face),
  );
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  return { pointer, searches, told, settled };
}

describe('Pointing', () => {
  it('searches once at a time, and again only where the pointer is by then', async () => {
    const { pointer, searches, told, settled } = pointing();
    for (const x of [1, 2, 3]) pointer.move({ x, y: 0 });
    expect(searches.map(({ x }) => x)).toEqual([1]);
    searches[0].found(7);
    await settled();
    expect(searches.map(({ x }) => x)).toEqual([1, 3]);
    expect(told).toEqual([]);
    searches[1].found(9);
    await settled();
    expect(told).toEqual([9]);
  });

  it('finds nothing where the pointer has left, without a search', async () => {
    const { pointer, searches, told, settled } = pointing();
    pointer.move({ x: 1, y: 0 });
    pointer.move(null);
    searches[0].found(7);
    await settled();
    expect(searches).toHaveLength(1);
    expect(told).toEqual([null]);
  });

  it('looks again when the view has changed, if the pointer is there', async () => {
    const { pointer, searches, told, settled } = pointing();
    pointer.look();
    expect(searches).toHaveLength(0);
    pointer.move({ x: 4, y: 0 });
    searches[0].found(1);
    await settled();
    pointer.look();
    searches[1].found(2);
    await settled();
    expect(told).toEqual([1, 2]);
  });
});
