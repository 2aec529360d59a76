/** The bound of a bundled model against one that NumPy computed, of images that the model had drawn; see scripts/torch/iwae.py. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openModel } from '../../../../main/engine/models';
import { scoreBound } from '../../../../main/engine/scores';
import { likelihoodOf } from '../../../../main/engine/scores/likelihood/likelihood';
import { root } from '../../../../scripts/root.mjs';

const SAMPLES = 400;

it('agrees with an independent program on 200 images', { timeout: 120_000 }, async () => {
  const facts = JSON.parse(await readFile(path.join(root, 'tests/data/iwae.json'), 'utf8'));
  const { decoder, images, bounds } = facts as { decoder: string; images: string; bounds: Record<string, number> };
  const model = await openModel(path.join(root, 'models/digits-vae'));
  expect(model.card.fingerprint).toBe(decoder); // else the script has to be run again
  const bits = Buffer.from(images, 'base64');
  const pixels = Uint8Array.from({ length: 200 * 28 * 28 }, (_, i) => 255 * ((bits[i >> 3] >> (7 - (i & 7))) & 1));
  const likelihood = likelihoodOf(model.source!.manifest, model.card.path);
  const scores = await scoreBound(
    model,
    likelihood,
    { count: 200, channels: 1, size: 28, pixels },
    { samples: SAMPLES },
  );
  const of = (samples: number) => scores.bySamples.find((each) => each.samples === samples)!.bound.value;
  // Their noise is another, and the more samples, the fewer bounds a mean is of. (That of NumPy alone, with other seeds,
  // differs by a third of these.)
  for (const [samples, most] of [
    [1, 0.1],
    [10, 0.1],
    [100, 0.2],
  ])
    expect(Math.abs(of(samples) - bounds[samples])).toBeLessThan(most);
  await model.release();
});
