import { expect, it } from 'vitest';
import { Pointer } from '../../../../renderer/scene/pointer/pointer';

const settled = () => new Promise((resolve) => setTimeout(resolve));

/** A canvas on which the face at a point has the number of its x, and none where x is negative; the cloud has ten. */
function pointed() {
  const told: string[] = [];
  const style = { cursor: '' };
  let moved = 0;
  const pointer = new Pointer({ style }, async ({ x }) => (x < 0 ? null : x + moved), {
    hover: (face) => told.push(`hover ${face}`),
    pick: (face) => told.push(`pick ${face}`),
    pickLattice: (face) => told.push(`lattice ${face}`),
    change: () => undefined,
  });
  const ringed: { selected: number | null; highlighted: number | null } = { selected: null, highlighted: null };
  const cloud = {
    select: (face: number | null) => (ringed.selected = face),
    highlight: (face: number | null) => (ringed.highlighted = face),
  };
  pointer.setCloud(cloud, 10);
  const move = async (x: number | null) => {
    pointer.move(x === null ? null : { x, y: 0 });
    await settled();
  };
  return { pointer, told, style, ringed, cloud, move, shift: (by: number) => (moved = by) };
}

it('rings the face it is over, and tells of it once', async () => {
  const { told, style, ringed, move } = pointed();
  await move(3);
  await move(3);
  expect([told, ringed.highlighted, style.cursor]).toEqual([['hover 3'], 3, 'pointer']);
  await move(-1);
  expect([told.at(-1), ringed.highlighted, style.cursor]).toEqual(['hover null', null, '']);
});

it('finds the face that has moved under a resting pointer', async () => {
  const { pointer, told, move, shift } = pointed();
  await move(3);
  shift(2);
  pointer.look();
  await settled();
  expect(told).toEqual(['hover 3', 'hover 5']);
  await move(null);
  pointer.look();
  await settled();
  expect(told).toEqual(['hover 3', 'hover 5', 'hover null']);
});

it('the pointer’s ring goes before one that a panel asked for, and gives it back', async () => {
  const { pointer, ringed, move } = pointed();
  pointer.setSelected(1);
  pointer.setHighlighted(2);
  expect(ringed).toEqual({ selected: 1, highlighted: 2 });
  await move(4);
  expect(ringed).toEqual({ selected: 1, highlighted: 4 });
  await move(-1);
  expect(ringed).toEqual({ selected: 1, highlighted: 2 });
});

it('a face of the lattice shows that it can be tapped, and has no number of the cloud', async () => {
  const { pointer, told, style, ringed, move } = pointed();
  await move(12);
  expect([told, ringed.highlighted, style.cursor]).toEqual([[], null, 'pointer']);
  await pointer.tap({ x: 12, y: 0 });
  await pointer.tap({ x: 7, y: 0 });
  await pointer.tap({ x: -1, y: 0 });
  expect(told).toEqual(['lattice 2', 'pick 7']);
});

it('rings nothing of the cloud before in another one', async () => {
  const { pointer, told, ringed, cloud, move } = pointed();
  pointer.setSelected(1);
  await move(3);
  pointer.setCloud(cloud, 5);
  expect(told.at(-1)).toBe('hover null');
  pointer.setHighlighted(2);
  expect(ringed).toEqual({ selected: null, highlighted: 2 });
});

it('shows that it drags', () => {
  const { pointer, style } = pointed();
  pointer.drag(true);
  expect(style.cursor).toBe('grabbing');
  pointer.drag(false);
  expect(style.cursor).toBe('');
});
