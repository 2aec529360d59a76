import { describe, expect, it } from 'vitest';
import { TypicalityEstimator } from '../../../../main/engine/space/holes/typicality';
import { random } from '../../../../main/engine/maths/random';

const SIZE = 3;
const draws = random(2, 'typicality test');
/** A shell of radius 10 around nothing: a data set with a hole. */
const shell = new Float32Array(2000 * SIZE);
for (let n = 0; n < 2000; n++) {
  const direction = [draws.normal(), draws.normal(), draws.normal()];
  const length = Math.hypot(...direction);
  direction.forEach((value, i) => (shell[n * SIZE + i] = (10 * value) / length + 0.3 * draws.normal()));
}

describe.each([
  ['an AE', null],
  ['a VAE', new Float32Array(shell.length).fill(Math.log(0.5 ** 2))],
])('the typicality of a code among those of %s', (_, logVar) => {
  const estimator = new TypicalityEstimator(shell, SIZE, logVar, true);

  it('is inside on the data, a hole where there are none, near and far', () => {
    expect(estimator.of(Float32Array.of(10, 0, 0)).density).toMatchObject({ place: 'inside' });
    expect(estimator.of(Float32Array.of(0, 0, 0)).density).toMatchObject({ place: 'hole', percentile: 0 });
    expect(estimator.of(Float32Array.of(0, 14, 0)).density).toMatchObject({ place: 'hole', percentile: 0 });
  });

  it('goes from inside over the edge into the open', () => {
    const places = Array.from(
      { length: 60 },
      (_, s) => estimator.of(Float32Array.of(10 + s / 10, 0, 0)).density!.place,
    );
    const [edge, hole] = [places.indexOf('edge'), places.indexOf('hole')];
    expect(edge).toBeGreaterThan(0);
    expect(hole).toBeGreaterThan(edge);
    expect(places.slice(hole).every((place) => place === 'hole')).toBe(true);
  });

  it('knows the nearest code', () => {
    const code = shell.slice(21 * SIZE, 22 * SIZE);
    expect(estimator.of(code)).toMatchObject({ nearest: 21, distance: 0, density: { place: 'inside' } });
  });
});

it('says nothing of density among draws from a prior, or about a single code', () => {
  expect(new TypicalityEstimator(shell, SIZE, null, false).of(new Float32Array(3)).density).toBeNull();
  const one = new TypicalityEstimator(Float32Array.of(1, 2, 2), SIZE, null, true);
  expect(one.of(new Float32Array(3))).toEqual({ nearest: 0, distance: 3, density: null });
});
