import { expect, test } from 'vitest';
import { trainedAs } from '../../../../renderer/state/models/trained-as';

test('a VAE against a discriminator is a VAE-GAN, whoever says so', () => {
  expect(trainedAs({ kind: 'vae', tuning: { adversarial: 0.5 } })).toBe('vae-gan');
  expect(trainedAs({ kind: 'vae', facts: { adversarial: 1 } })).toBe('vae-gan');
  expect(trainedAs({ kind: 'vae', adversarial: true })).toBe('vae-gan');
  expect(trainedAs({ kind: 'vae', facts: null })).toBe('vae');
  expect(trainedAs({ kind: 'ae', tuning: { adversarial: 0.5 } })).toBe('ae');
});
