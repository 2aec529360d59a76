import type { ModelListing } from '../../../main/contract';

/**
 * The models that differ from the one at `path` in kind alone (“Portraits AE” and “Portraits VAE”), itself included,
 * VAE first; empty when it has no counterpart.
 */
export function counterparts(models: readonly ModelListing[], path: string): ModelListing[] {
  const open = models.find((model) => model.path === path);
  if (!open || open.kind === 'decoder') return [];
  const order = ['vae', 'ae', 'rae'];
  const found = new Map<string, ModelListing>([[open.kind, open]]);
  for (const model of models) {
    const alike =
      model.origin === open.origin &&
      stem(model.name) === stem(open.name) &&
      model.imageSize === open.imageSize &&
      model.imageHeight === open.imageHeight;
    if (alike && order.includes(model.kind) && !found.has(model.kind)) found.set(model.kind, model);
  }
  return found.size < 2 ? [] : [...found.values()].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

/** A name without the word for its kind. */
function stem(name: string): string {
  return name
    .toLowerCase()
    .split(/[\s_\-·()]+/)
    .filter((word) => !['ae', 'vae', 'rae', ''].includes(word))
    .join(' ');
}
