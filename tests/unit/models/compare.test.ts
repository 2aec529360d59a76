import { describe, expect, it } from 'vitest';
import { compareManifests, type Manifest } from '../../../main/engine/models';
import { tinyFiles } from './tiny';

const identity = 'ab'.repeat(32);
const decided = { seed: 1, validation: 0.1, align: true };

function manifest(dataset: Partial<Manifest['dataset']> = {}, training: Manifest['training'] = decided): Manifest {
  const { manifest: tiny } = tinyFiles();
  const files = { 'codes.npy': 'cd'.repeat(32), 'faces.json': identity };
  return { ...tiny, training, dataset: { ...tiny.dataset, ...dataset }, files };
}

describe('models can be compared face by face', () => {
  it('when both say that they were trained on the same images', () => {
    // however they are called and split
    const a = manifest({ identity }, { seed: 1 });
    const b = manifest({ identity, name: 'moved' }, { seed: 2 });
    expect(compareManifests(a, b)).toEqual({ comparable: true, by: 'record' });
  });

  it('when everything agrees that decides which images are trained on, in models that do not say', () => {
    expect(compareManifests(manifest(), manifest())).toEqual({ comparable: true, by: 'settings' });
    expect(compareManifests(manifest({ identity }), manifest())).toEqual({ comparable: true, by: 'settings' });
  });
});

describe('models cannot be compared', () => {
  it('when they say that they were trained on other images', () => {
    const other = manifest({ identity: 'cd'.repeat(32), name: 'other' });
    expect(compareManifests(manifest({ identity }), other)).toEqual({ comparable: false, because: 'images' });
    const otherSplit = manifest({ identity: 'cd'.repeat(32) });
    expect(compareManifests(manifest({ identity }), otherSplit)).toEqual({ comparable: false, because: 'order' });
  });

  it.each([{ name: 'others' }, { images: 11 }, { validationImages: 3 }, { skipped: 0 }])(
    'when their folders differ in %o',
    (dataset) => {
      expect(compareManifests(manifest(), manifest(dataset))).toEqual({ comparable: false, because: 'images' });
    },
  );

  it.each([{ seed: 2 }, { validation: 0.2 }, { align: false }, { seed: undefined }])(
    'when they may have been split otherwise: %o',
    (training) => {
      const b = manifest({}, { ...decided, ...training });
      expect(compareManifests(manifest(), b)).toEqual({ comparable: false, because: 'order' });
      expect(compareManifests(b, b).comparable).toBe(training.seed !== undefined || !('seed' in training));
    },
  );

  it('when faces were found otherwise', () => {
    const b = manifest();
    b.files['faces.json'] = 'ef'.repeat(32);
    expect(compareManifests(manifest(), b)).toEqual({ comparable: false, because: 'order' });
  });
});
