import type { ModelListing } from '../../../main/contract';
import { trainedAs, type TrainedAs } from './trained-as';

/**
 * The models that differ from the one at `path` in kind alone (“Portraits AE” and “Portraits VAE”), itself included,
 * VAE first and then what it became against a discriminator; empty when it has no counterpart.
 */
export function counterparts(models: readonly ModelListing[], path: string): ModelListing[] {
  const open = models.find((model) => model.path === path);
  if (!open || open.kind === 'decoder') return [];
  const found = new Map<TrainedAs, ModelListing>([[trainedAs(open), open]]);
  for (const model of models) {
    const alike =
      model.origin === open.origin &&
      stem(model.name) === stem(open.name) &&
      model.imageSize === open.imageSize &&
      model.imageHeight === open.imageHeight;
    const kind = trainedAs(model);
    if (alike && ORDER.includes(kind) && !found.has(kind)) found.set(kind, model);
  }
  const place = (model: ModelListing) => ORDER.indexOf(trainedAs(model));
  return found.size < 2 ? [] : [...found.values()].sort((a, b) => place(a) - place(b));
}

const ORDER: readonly TrainedAs[] = ['vae', 'vae-gan', 'ae', 'rae'];

/** A name without the word for its kind. */
function stem(name: string): string {
  return name
    .toLowerCase()
    .split(/[\s_\-·()]+/)
    .filter((word) => !['ae', 'vae', 'rae', 'gan', ''].includes(word))
    .join(' ');
}
