/** Traits that bundled models bring. */
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SuggestedTrait } from '../../../main/contract';
import { createEngine, type Engine } from '../../../main/engine/engine';
import { silent } from '../hosts/silent';
import { sharedFolder } from '../temporary';

const MODELS = path.join(import.meta.dirname, '../../../models');
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

async function measured(model: string) {
  const { id } = await api.openModel(path.join(MODELS, model));
  const traits = await api.suggestedTraits(id);
  const measures = await api.measureTraits(id, traits);
  const accuracy = (name: SuggestedTrait['name']) =>
    measures[traits.findIndex((each) => each.name === name)].accuracy!.value;
  return { traits, accuracy };
}

it(
  'of synthetic faces are the factors they were drawn from, told on faces that took no part',
  { timeout: 60_000 },
  async () => {
    const { traits, accuracy } = await measured('faces-vae');
    expect(traits.filter(({ by }) => by === 'factors')).toHaveLength(18);
    for (const name of ['hairLength', 'skin', 'yaw', 'light', 'width'] as const)
      expect(accuracy(name), name).toBeGreaterThan(0.9);
    // small in the picture: this model has hardly learned them, and the accuracy says so
    for (const name of ['smile', 'eyeSize', 'lips'] as const) expect(accuracy(name), name).toBeLessThan(0.65);
  },
);

it('of portraits are what can be measured in the pictures', async () => {
  const { traits, accuracy } = await measured('portraits-vae');
  expect(traits.map(({ name, by }) => `${name} ${by}`)).toEqual([
    'background pictures',
    'lightSide pictures',
    'warmth pictures',
  ]);
  for (const { name } of traits) expect(accuracy(name), name).toBeGreaterThan(0.7);
});
