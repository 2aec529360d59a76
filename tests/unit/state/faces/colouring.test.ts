import { expect, it } from 'vitest';
import { colouringOf, GROUP_COLOURS, MARK_COLOURS } from '../../../../renderer/state/faces/colouring';
import { GREY } from '../../../../renderer/state/faces/face-sets';

it('gives a few values a colour each, and faces without one grey', () => {
  const { marks, legend } = colouringOf(['old', 'new', '', 'old'])!;
  expect(marks).toEqual(Uint8Array.of(2, 1, GREY, 2));
  expect(legend).toEqual({
    kind: 'values',
    values: [
      { value: 'new', colour: GROUP_COLOURS[0], count: 1 },
      { value: 'old', colour: GROUP_COLOURS[1], count: 2 },
    ],
    others: 0,
    missing: 1,
  });
});

it('colours the most frequent of many values, and counts the others', () => {
  const values = Array.from('abcdefghij').flatMap((value, n) => Array<string>(20 - n).fill(value));
  const { marks, legend } = colouringOf(values)!;
  expect(legend).toMatchObject({ others: 12 + 11, missing: 0 });
  expect(marks.at(-1)).toBe(GREY);
  expect(marks[0]).toBe(1);
});

it('keeps few numbers apart in their order, not that of their digits', () => {
  const { legend } = colouringOf(['10', '9', '10', '9', '2'])!;
  expect(legend.kind === 'values' && legend.values.map(({ value }) => value)).toEqual(['2', '9', '10']);
});

it('lays numbers on a scale that single ones far off do not stretch', () => {
  const values = [...Array.from({ length: 100 }, (_, i) => String(i)), '1e9', ''];
  const { marks, legend } = colouringOf(values)!;
  expect(legend).toMatchObject({ kind: 'scale', least: 2, most: 98, missing: 1 });
  const colour = (face: number) => MARK_COLOURS[marks[face] - 1];
  const scale = legend.kind === 'scale' ? legend.colours : [];
  expect([colour(0), colour(50), colour(99), colour(100)]).toEqual([scale[0], scale[3], scale.at(-1), scale.at(-1)]);
  expect(marks[101]).toBe(GREY);
});

it('has no colours where they would say nothing', () => {
  expect(colouringOf(['a', 'a', ''])).toBeNull();
  expect(colouringOf(['a', 'b', 'c'])).toBeNull();
  expect(colouringOf([])).toBeNull();
});
