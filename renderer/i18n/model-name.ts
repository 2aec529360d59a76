import type { ModelCard, ModelListing } from '../../main/contract';
import { language } from './index.svelte';

/** What a model is called in the language of the window: those that come with the app have a name in each. */
export function nameOf(model: ModelCard | ModelListing): string {
  const names = 'names' in model ? model.names : 'about' in model ? model.about?.name : undefined;
  return names?.[language()] ?? model.name;
}
