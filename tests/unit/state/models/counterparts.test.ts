import { describe, expect, it } from 'vitest';
import type { ModelListing } from '../../../../main/contract';
import { counterparts } from '../../../../renderer/state/models/counterparts';

describe('counterparts', () => {
  const model = (name: string, kind: ModelListing['kind'], more: Partial<ModelListing> = {}): ModelListing => ({
    path: `/models/${name}`,
    name,
    kind,
    motif: 'faces',
    latentSize: 32,
    imageSize: 64,
    origin: 'bundled',
    film: false,
    images: null,
    seconds: null,
    validationMse: null,
    ...more,
  });
  const vae = model('Portraits VAE', 'vae');
  const ae = model('portraits-ae', 'ae');

  it('pairs models that differ in kind alone, VAE first', () => {
    const models = [ae, model('Emoji VAE', 'vae'), vae, model('Portraits RAE', 'rae', { origin: 'library' })];
    expect(counterparts(models, ae.path)).toEqual([vae, ae]);
    expect(counterparts(models, vae.path)).toEqual([vae, ae]);
  });

  it('tells a VAE from what it became against a discriminator', () => {
    const gan = model('Portraits VAE-GAN', 'vae', { adversarial: true });
    expect(counterparts([ae, gan, vae], gan.path)).toEqual([vae, gan, ae]);
    expect(counterparts([gan, ae, vae], vae.path)).toEqual([vae, gan, ae]);
  });

  it('finds none for a lone model, a foreign one or one that is not listed', () => {
    expect(counterparts([vae, model('Emoji AE', 'ae')], vae.path)).toEqual([]);
    const foreign = model('Portraits', 'decoder');
    expect(counterparts([vae, ae, foreign], foreign.path)).toEqual([]);
    expect(counterparts([vae, ae], '/elsewhere')).toEqual([]);
  });

  it('offers the open model itself when another has the same kind and name', () => {
    const second = { ...vae, path: '/models/second' };
    expect(counterparts([vae, second, ae], second.path)).toEqual([second, ae]);
  });
});
