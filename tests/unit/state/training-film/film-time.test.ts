import { describe, expect, test } from 'vitest';
import { frameAt, positionsAt, radiusOf, samePlace, stepAt } from '../../../../renderer/state/training-film/film-time';

const film = { steps: [0, 10, 40, 90] };

describe('a place in a film', () => {
  test('shows the last frame reached, and lies between two steps in proportion', () => {
    expect([0, 0.9, 1, 3].map(frameAt)).toEqual([0, 0, 1, 3]);
    expect([0, 0.5, 1, 1.5, 3].map((place) => stepAt(film, place))).toEqual([0, 5, 10, 25, 90]);
  });

  test('is in another film where as large a share of the run is over', () => {
    const other = { steps: [0, 100, 450, 900] };
    expect(samePlace(film, 3, other)).toBe(3);
    expect(samePlace(film, 0, other)).toBe(0);
    expect(samePlace(film, 1, other)).toBe(1);
    // 25 of 90 steps are 250 of 900: 150 of the 350 between the frames at 100 and 450
    expect(samePlace(film, 1.5, other)).toBeCloseTo(1 + 150 / 350, 10);
    expect(samePlace(film, 0.5, { steps: [300, 900] })).toBe(0);
    expect(samePlace({ steps: [0] }, 0, other)).toBe(3);
  });
});

const faces = Uint32Array.of(3, 8);
const positions = Float32Array.of(0, 0, 0, 1, 0, 0, 2, 2, 2, 3, 4, 0);

test('faces move on straight lines between frames', () => {
  expect([...positionsAt({ positions, faces }, 0)]).toEqual([0, 0, 0, 1, 0, 0]);
  expect([...positionsAt({ positions, faces }, 0.25)]).toEqual([0.5, 0.5, 0.5, 1.5, 1, 0]);
  expect([...positionsAt({ positions, faces }, 1)]).toEqual([2, 2, 2, 3, 4, 0]);
});

test('the view holds nine tenths of the faces in every frame, and never nothing', () => {
  const many = Uint32Array.from({ length: 11 }, (_, i) => i);
  const line = Float32Array.from({ length: 66 }, (_, i) => (i % 3 === 0 ? (i / 3) % 11 : 0) * (i < 33 ? 1 : 2));
  expect(radiusOf({ positions: line, faces: many })).toBe(18);
  expect(radiusOf({ positions: new Float32Array(6), faces })).toBe(1);
});
