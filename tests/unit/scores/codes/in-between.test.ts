import { expect, it } from 'vitest';
import { drawFace } from '../../../../main/engine/images/synthetic/draw';
import { between, drawFactors, FACTORS } from '../../../../main/engine/images/synthetic/factors';
import { scoreInBetween, type Synthetic } from '../../../../main/engine/scores/codes/in-between';

const SIZE = 32;
const VALUES = 3 * SIZE * SIZE;

/** Codes are the images themselves; decoding adds an error to every value. */
const identity = (error: number): Synthetic => ({
  latentSize: VALUES,
  imageSize: SIZE,
  channels: 3,
  encode: async (images) => ({ mu: images, logVar: null }),
  decode: async (codes) => codes.map((value) => value + error),
});

it('measures a cross-fade against the true middle', async () => {
  const scores = await scoreInBetween(identity(0.01), 2, {}, ['jaw']);
  // By hand, from the pictures themselves: the mean of both ends, against the middle, with the error added.
  const expected = [0, 1].map((pair) => {
    const face = drawFactors(2 ** 31 - 1, pair);
    const [a, b] = [
      { ...face, jaw: FACTORS.jaw.least },
      { ...face, jaw: FACTORS.jaw.most },
    ];
    const [left, right, middle] = [a, b, between(a, b, 0.5)].map((each) => drawFace(each, SIZE));
    return left.reduce((sum, v, i) => sum + ((v + right[i] - 2 * middle[i]) / 510 + 0.01) ** 2, 0) / VALUES;
  });
  expect(scores.midpoint.value).toBeCloseTo((expected[0] + expected[1]) / 2, 7);
  expect(scores.reconstruction.value).toBeCloseTo(0.0001, 7);
  expect(scores.ratio.value).toBeCloseTo((expected[0] + expected[1]) / 2 / 0.0001, 1);
  expect(scores.ratio.value).toBeGreaterThan(2);
  expect(scores.byFactor.map(({ factor }) => factor)).toEqual(['jaw']);
});

it('can be cancelled', async () => {
  await expect(scoreInBetween(identity(0), 1, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'cancelled',
  });
});
