/** Whether faces with the same number are the same image in two models. */
import type { Comparison } from '../../contract';
import type { Manifest } from './files/manifest';
import { sourceOf } from './open';

/**
 * Holds models at these paths against one that says `manifest` about itself; null for one that is not a model of its own
 * (a foreign decoder). What cannot be read cannot be compared.
 */
export function compareAll(manifest: Manifest | null, paths: readonly string[]): Promise<Comparison[]> {
  return Promise.all(
    paths.map(async (path) => {
      const other = await sourceOf(path).catch(() => null);
      return manifest && other
        ? compareManifests(manifest, other.manifest)
        : { comparable: false, because: 'no-codes' };
    }),
  );
}

/**
 * Two models can be held against each other face by face when their codes are of the same images in the same order.
 * Newer models record which images those were. Of models that do not, the same follows from what decided it: the folder's
 * name, how many of its images were used, held out and left out, alignment (and, where faces were looked for, that they
 * were found alike), and the seed and share of the split.
 */
export function compareManifests(a: Manifest, b: Manifest): Comparison {
  if (!('codes.npy' in a.files && 'codes.npy' in b.files)) return { comparable: false, because: 'no-codes' };
  const [one, other] = [a.dataset, b.dataset];
  if (one.identity && other.identity) {
    return one.identity === other.identity
      ? { comparable: true, by: 'record' }
      : { comparable: false, because: one.images === other.images && one.name === other.name ? 'order' : 'images' };
  }
  const sameImages =
    one.name === other.name &&
    one.images === other.images &&
    one.validationImages === other.validationImages &&
    one.skipped === other.skipped;
  if (!sameImages) return { comparable: false, because: 'images' };
  const { seed, validation, align } = a.training;
  const sameOrder =
    known(seed, validation, align) &&
    seed === b.training.seed &&
    validation === b.training.validation &&
    align === b.training.align &&
    a.files['faces.json'] === b.files['faces.json'];
  return sameOrder ? { comparable: true, by: 'settings' } : { comparable: false, because: 'order' };
}

const known = (...values: unknown[]): boolean => values.every((value) => value !== undefined);
