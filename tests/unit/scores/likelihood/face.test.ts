import path from 'node:path';
import { expect, it } from 'vitest';
import { openModel } from '../../../../main/engine/models';
import { faceBound } from '../../../../main/engine/scores';

const bundled = (name: string) => openModel(path.join(import.meta.dirname, '../../../../models', name));

it('says of one face what the bound is made of', async () => {
  const model = await bundled('portraits-vae');
  const d = model.card.latentSize;
  const code = model.codes!.slice(0, d);
  const { bound, mu, logVar } = await faceBound(model, code, 32);
  // The posterior is that of the face drawn, and the KL term its closed form.
  const values = Float32Array.from(
    await model.decode(code),
    (v) => Math.round(255 * Math.min(1, Math.max(0, v))) / 255,
  );
  const posterior = await model.encode(values);
  expect([mu, logVar]).toEqual([posterior.mu, posterior.logVar]);
  const kl = mu.reduce((sum, m, i) => sum + 0.5 * (m * m + Math.exp(logVar[i]) - logVar[i] - 1), 0);
  expect(bound.kl.value).toBeCloseTo(kl, 3);
  expect(bound.elbo.value).toBeCloseTo(bound.reconstruction.value - bound.kl.value, 6);
  expect(bound.iwae.value).toBeCloseTo(bound.elbo.value + bound.gap.value, 6);
  expect(bound.samples).toBe(32);
  await model.release();
});

it('has nothing to say of a point', async () => {
  const model = await bundled('portraits-ae');
  await expect(faceBound(model, model.codes!.slice(0, model.card.latentSize), 4)).rejects.toMatchObject({
    code: 'bad-model',
    message: expect.stringContaining('no posterior, and so no bound'),
  });
  await model.release();
});
