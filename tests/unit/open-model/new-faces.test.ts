/** Faces that nobody has. */
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../../main/engine/engine';
import { silent } from '../hosts/silent';
import { sharedFolder } from '../temporary';

const MODELS = path.join(import.meta.dirname, '../../../models');
const OPTIONS = { from: null, count: 8, seed: 3, plausible: false } as const;

let engine: Engine;
let api: ReturnType<Engine['connect']>;
beforeAll(() => {
  const home = sharedFolder();
  engine = createEngine({ models: home, home });
  api = engine.connect(silent);
});
afterAll(() => {
  api.dispose();
  engine.dispose();
});

const open = async (name: string) => (await api.openModel(path.join(MODELS, name))).id;

it('come from the prior of a VAE, the same ones for the same seed', async () => {
  const id = await open('portraits-vae');
  const drawn = await api.drawFaces(id, OPTIONS);
  expect(drawn).toMatchObject({ from: 'prior', codes: (await api.samples(id, 'prior', 8, 3)).codes });
  expect(drawn.images).toEqual(await api.decode(id, drawn.codes));
  expect((await api.drawFaces(id, { ...OPTIONS, seed: 4 })).codes).not.toEqual(drawn.codes);
});

it('come from a mixture for an AE, and lie where its codes lie', async () => {
  const id = await open('portraits-ae');
  const holes = async (codes: Float32Array) => {
    const rows = Array.from({ length: codes.length / 32 }, (_, n) => codes.slice(n * 32, (n + 1) * 32));
    const places = await Promise.all(rows.map((row) => api.typicality(id, row)));
    return places.filter(({ density }) => density!.place === 'hole').length;
  };
  const mixture = await api.drawFaces(id, { ...OPTIONS, plausible: true });
  expect(mixture.from).toBe('mixture');
  expect(await api.drawFaces(id, { ...OPTIONS, plausible: true })).toEqual(mixture);
  expect(await holes(mixture.codes)).toBe(0);
  const prior = await api.drawFaces(id, { ...OPTIONS, from: 'prior' });
  expect(prior.codes).toEqual((await api.samples(id, 'prior', 8, 3)).codes);
});

it('are varied: no two are as near as neighbours among the data', async () => {
  const id = await open('portraits-ae');
  const { codes } = await api.drawFaces(id, { ...OPTIONS, count: 24, plausible: true });
  const apart = (a: number, b: number) =>
    Math.hypot(...codes.subarray(a * 32, (a + 1) * 32).map((value, i) => value - codes[b * 32 + i]));
  const cloud = await api.cloud(id);
  const { distances } = await api.neighbours(id, cloud.codes.slice(0, 32), 2);
  let least = Infinity;
  for (let a = 0; a < 24; a++) for (let b = 0; b < a; b++) least = Math.min(least, apart(a, b));
  expect(least).toBeGreaterThan(0.5 * distances[1]);
});
