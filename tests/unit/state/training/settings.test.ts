import { describe, expect, it } from 'vitest';
import {
  DEFAULT_CHOICES,
  PRESETS,
  presetChoices,
  problems,
  shaped,
  shapeOf,
  withPreset,
  type Choices,
} from '../../../../renderer/state/training/settings';

const good: Choices = { ...DEFAULT_CHOICES, name: 'Faces' };
const found = (change: Partial<Choices>, images: number | null = 500, channels: 1 | 3 = 3) =>
  problems({ ...good, ...change }, images, channels).map(({ field, key }) => `${field}: ${key}`);

describe('problems', () => {
  it('finds none in the defaults', () => {
    expect(found({})).toEqual([]);
    expect(found({}, null)).toEqual([]);
  });

  it.each<[Partial<Choices>, string]>([
    [{ name: '  ' }, 'name: name'],
    [{ name: 'a/b' }, 'name: nameCharacters'],
    [{ name: 'a\\b' }, 'name: nameCharacters'],
    [{ name: '..' }, 'name: nameCharacters'],
    [{ name: 'a\nb' }, 'name: nameCharacters'],
    [{ name: 'x'.repeat(81) }, 'name: nameLength'],
    [{ imageSize: 100 }, 'imageSize: imageSize'],
    [{ latentSize: 1 }, 'latentSize: latentSize'],
    [{ latentSize: 2.5 }, 'latentSize: latentSize'],
    [{ latentSize: NaN }, 'latentSize: latentSize'],
    [{ epochs: 0 }, 'epochs: epochs'],
    [{ epochs: Infinity }, 'epochs: epochs'],
    [{ batchSize: 0 }, 'batchSize: batchSize'],
    [{ batchSize: 512 }, 'batchSize: batchTooLarge'],
    [{ beta: -1 }, 'beta: beta'],
    [{ learningRate: 0 }, 'learningRate: learningRate'],
    [{ learningRate: 2 }, 'learningRate: learningRate'],
    [{ seed: -1 }, 'seed: seed'],
    [{ seed: 2 ** 31 }, 'seed: seed'],
  ])('%j → %s', (change, problem) => {
    expect(found(change)).toEqual([problem]);
  });

  it('asks for enough images', () => {
    expect(found({ batchSize: 1 }, 3)).toEqual(['images: tooFewImages']);
    expect(found({ batchSize: 4 }, 4)).toEqual([]);
  });

  it('counts the numbers of a grey image once', () => {
    expect(found({ imageSize: 32, latentSize: 512 }, 500, 1)).toEqual([]);
    const [problem] = problems({ ...good, imageSize: 32, latentSize: 513 }, 500, 1);
    expect(problem.key).toBe('latentSize');
  });

  it('ignores β where there is none', () => {
    expect(found({ kind: 'ae', beta: NaN })).toEqual([]);
  });
});

describe('shapes', () => {
  it.each([
    [64, 'square', 64, undefined],
    [64, '4:5', 64, 80],
    [128, '5:4', 160, 128],
    [32, '2:3', 32, 48],
    [32, '4:5', 32, undefined], // 40 rows cannot be halved often enough
  ] as const)('%d px, %s: %d × %s', (short, shape, imageSize, imageHeight) => {
    expect(shaped(short, shape)).toEqual({ imageSize, imageHeight });
    if (imageHeight) expect(shapeOf({ imageSize, imageHeight })).toBe(shape);
    expect(found({ imageSize, imageHeight })).toEqual([]);
  });

  it('are none of those on offer where sides are chosen freely', () => {
    expect(shapeOf({ imageSize: 64, imageHeight: 112 })).toBeNull();
    expect(found({ imageHeight: 100 })).toEqual(['imageSize: imageSize']);
  });
});

describe('presetChoices', () => {
  it.each([4, 5, 17, 586, 5000, 1_000_000])('can be trained on %d images', (images) => {
    for (const preset of PRESETS) expect(found(presetChoices(preset, images), images)).toEqual([]);
  });

  it('trains a VAE-GAN as long as a VAE before the discriminator', () => {
    const [vae, gan] = [presetChoices('good', 586), presetChoices('good', 586, 0.5)];
    expect(gan.epochs / vae.epochs).toBeCloseTo(2, 1);
  });

  it('begins as PCA only where one just wants to see', () => {
    expect(PRESETS.map((preset) => presetChoices(preset, 586).tuning.linearStart > 0)).toEqual([true, false, false]);
  });

  it('takes small images as they are', () => {
    expect(presetChoices('good', 586, 0, 225).imageSize).toBe(128);
    expect(presetChoices('good', 586, 0, 48).imageSize).toBe(64);
  });

  it('keeps the shape, and the networks of a model that a run starts from', () => {
    const portrait = { ...good, ...shaped(128, '4:5') };
    expect(withPreset(portrait, 'quick', 586)).toMatchObject({ imageSize: 64, imageHeight: 80 });
    const from = { ...good, from: 'model', latentSize: 7 };
    expect(withPreset(from, 'quick', 586)).toMatchObject({ imageSize: good.imageSize, latentSize: 7, batchSize: 32 });
  });

  it('takes longer from one to the next', () => {
    const steps = PRESETS.map((preset) => {
      const { epochs, batchSize } = presetChoices(preset, 586);
      return (epochs * 586) / batchSize;
    });
    expect(steps[0]).toBeGreaterThan(300);
    expect(steps[1]).toBeGreaterThan(2 * steps[0]);
    expect(steps[2]).toBeGreaterThan(2 * steps[1]);
  });
});
