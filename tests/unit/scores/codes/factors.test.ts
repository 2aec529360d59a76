import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  bins,
  disentangled,
  mutualInformation,
  readFactors,
  scoreFactors,
} from '../../../../main/engine/scores/codes/factors';
import { gram, lasso, standardised } from '../../../../main/engine/maths/lasso-regression';
import { normals, random } from '../../../../main/engine/maths/random';
import { temporaryFolder } from '../../temporary';
import { reference } from '../support';

const fixture = reference<{
  codes: number[];
  values: number[][];
  size: number;
  alpha: number;
  weights: number[][];
  information: number[][];
  entropy: number[];
}>('factors');
const rows = Uint32Array.from({ length: 200 }, (_, n) => n);
const columns = Array.from({ length: 4 }, (_, i) => Float64Array.from(rows, (n) => fixture.codes[n * 4 + i]));
const values = fixture.values.map((column) => Float64Array.from(column));

describe('against scikit-learn', () => {
  it('finds the same lasso weights', () => {
    fixture.weights.forEach((weights, k) => {
      const found = lasso(gram(standardised(columns).columns, rows), standardised(values).columns[k], fixture.alpha);
      weights.forEach((weight, i) => expect(found[i]).toBeCloseTo(weight, 5));
    });
  });

  it('finds the same mutual information', () => {
    fixture.information.forEach((row, j) =>
      row.forEach((value, k) => {
        expect(mutualInformation(bins(columns[j]), bins(values[k]), rows)).toBeCloseTo(value, 10);
      }),
    );
    fixture.entropy.forEach((value, k) => {
      expect(mutualInformation(bins(values[k]), bins(values[k]), rows)).toBeCloseTo(value, 10);
    });
  });
});

describe('disentanglement and completeness', () => {
  const matrix = (...weights: number[][]) => weights.map((row) => Float64Array.from(row));
  it('are 1 when each number knows one factor', () => {
    expect(disentangled(matrix([2, 0, 0], [0, -3, 0]))).toEqual([1, 1]);
  });
  it('are 0 when every number knows all alike', () => {
    const [d, c] = disentangled(matrix([1, 1], [1, 1]));
    expect(d).toBeCloseTo(0, 12);
    expect(c).toBeCloseTo(0, 12);
  });
  it('tell one from the other: two numbers for one factor are pure but not complete', () => {
    const [d, c] = disentangled(matrix([1, 1, 0], [0, 0, 1]));
    expect(d).toBe(1);
    expect(c).toBeCloseTo((1 - Math.log(2) / Math.log(3) + 1) / 2, 12);
  });
  it('are 0 when nothing is known', () => expect(disentangled(matrix([0, 0]))).toEqual([0, 0]));
});

function labelled(count: number, mix: (z: Float32Array) => number[], seed: number) {
  const codes = normals(3 * count, random(seed, 'labelled'));
  const factors = Array.from({ length: count }, (_, n) => mix(codes.subarray(3 * n, 3 * n + 3)));
  return { codes, values: [0, 1].map((k) => Float64Array.from(factors, (row) => row[k])) };
}

it('scores codes that are the factors well, and a mix of them worse', () => {
  const score = (mix: (z: Float32Array) => number[]) =>
    scoreFactors(['a', 'b'], 3, labelled(400, mix, 1), labelled(100, mix, 2))!;
  const clean = score(([x, y]) => [x, 2 * y]);
  const mixed = score(([x, y]) => [x + y, x - y]);
  expect(clean.disentanglement.value).toBeGreaterThan(0.9);
  expect(clean.mig.value).toBeGreaterThan(0.7);
  expect(clean.informativeness.value).toBeLessThan(0.1);
  expect(mixed.disentanglement.value).toBeLessThan(0.2);
  expect(mixed.mig.value).toBeLessThan(0.2);
  expect(clean.mig.interval![0]).toBeGreaterThan(mixed.mig.interval![1]);
});

it('has nothing to say of factors that do not vary', () => {
  const constant = labelled(20, () => [1, 2], 3);
  expect(scoreFactors(['a', 'b'], 3, constant, constant)).toBeNull();
});

describe('factors.csv', () => {
  it('is read by file, columns of words left out', async () => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, 'factors.csv'), 'file,jaw,hair,age\r\na.png,0.5,red,3\r\nb.png,-1,blue,4\r\n');
    const factors = await readFactors(folder);
    expect(factors!.names).toEqual(['jaw', 'age']);
    expect(factors!.byFile.get('b.png')).toEqual([-1, 4]);
  });
  it('may be missing, but not broken', async () => {
    const folder = await temporaryFolder();
    expect(await readFactors(folder)).toBeNull();
    await writeFile(path.join(folder, 'factors.csv'), 'file,jaw\na.png\n');
    await expect(readFactors(folder)).rejects.toMatchObject({ code: 'bad-settings' });
  });
});
