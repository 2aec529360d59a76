import { describe, expect, test } from 'vitest';
import { random } from '../../../../main/engine/maths/random';
import { areAlike, balanceOf, hasStalled, Warnings } from '../../../../main/engine/runs/monitoring/warnings';

const VALUES = 50;
const COUNT = 6;
const rng = random(1, 'warnings');
const originals = Float32Array.from({ length: COUNT * VALUES }, () => rng.uniform());
/** Between the mean image (0) and the originals (1). */
const towards = (share: number) =>
  originals.map((x, i) => {
    let mean = 0;
    for (let n = 0; n < COUNT; n++) mean += originals[n * VALUES + (i % VALUES)] / COUNT;
    return mean + share * (x - mean);
  });

describe('all outputs alike', () => {
  test.each([
    [0, true],
    [0.1, true],
    [0.2, false],
    [1, false],
  ])('%f of the way from the mean image: %s', (share, alike) => {
    expect(areAlike(originals, towards(share), COUNT)).toBe(alike);
  });

  test('one image says nothing', () => {
    expect(areAlike(originals.slice(0, VALUES), towards(0).slice(0, VALUES), 1)).toBe(false);
  });

  test('is said once, not while a run is young, and again when it comes back', () => {
    const warnings = new Warnings(2000);
    const at = (step: number, share: number) => warnings.pictures(step, originals, towards(share), COUNT);
    expect(at(150, 0)).toBeNull();
    expect(at(250, 0)).toBe('alike');
    expect(at(300, 0)).toBeNull();
    expect(at(350, 1)).toBeNull();
    expect(at(400, 0)).toBe('alike');
  });
});

describe('an error that no longer falls', () => {
  const falling = Array.from({ length: 40 }, (_, i) => 0.02 * 0.97 ** i);
  test('is told from one that falls', () => {
    expect(hasStalled(falling)).toBe(false);
    expect(hasStalled([...falling, ...Array<number>(14).fill(falling[39])])).toBe(false);
    expect(hasStalled([...falling, ...Array<number>(15).fill(falling[39])])).toBe(true);
    expect(hasStalled([0.02, 0.02, 0.02])).toBe(false);
  });

  test('is said neither twice nor at the end', () => {
    const stalled = [...falling, ...Array<number>(20).fill(0.02)];
    const warnings = new Warnings(1000);
    expect(warnings.measured(700, stalled)).toBe('stalled');
    expect(warnings.measured(720, stalled)).toBeNull();
    expect(new Warnings(1000).measured(850, stalled)).toBeNull();
    // against a discriminator the error rises, and is not what is lowered
    expect(new Warnings(1000, 600).measured(700, stalled)).toBeNull();
    expect(new Warnings(1000, 600).measured(590, stalled)).toBe('stalled');
  });
});

test('images that are mostly copies of others', () => {
  expect(new Warnings(1000).images(40, 1)).toBe('copies');
  expect(new Warnings(1000).images(40, 19)).toBe('copies');
  expect(new Warnings(1000).images(40, 20)).toBeNull();
});

test('a discriminator that wins or learns nothing is named, one in balance is not', () => {
  const warnings = new Warnings(1000);
  const said = (loss: number | undefined, count: number) => warnings.discriminator(balanceOf(loss, count));
  expect(said(undefined, 100)).toBeNull();
  expect(said(0.01, 5)).toBeNull();
  expect(said(1.2, 50)).toBeNull();
  expect(said(0.02, 50)).toBe('discriminator wins');
  expect(said(1.39, 50)).toBe('discriminator loses');
});
