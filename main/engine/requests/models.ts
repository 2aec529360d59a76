import path from 'node:path';
import { type ModelRequests, UserError } from '../../contract';
import { fromHome } from '../files';
import { OpenModel } from '../open-model/open-model';
import { bundleModel, compareAll, openApart, openModel } from '../models';
import { showInFolder } from '../home/show-folder';
import type { Connection } from './connection';

export function modelRequests({ open, library, shelf, priority, modelsChanged, gone }: Connection): ModelRequests {
  let opening = new AbortController();
  return {
    listModels: () => library.list(),

    async openModel(file, layout) {
      const place = path.resolve(fromHome(file));
      const signal = AbortSignal.any([opening.signal, gone]);
      const { id, opened } = await open.add(async () => {
        const model = await (library.isOwn(place) ? openModel(place, layout) : openApart(place, layout, { signal }));
        return new OpenModel(model, priority);
      });
      const { model } = opened;
      try {
        if (await library.remember(model.card)) modelsChanged();
      } catch (error) {
        // A full disk must not keep a person from looking at a model.
        console.warn(`The model just opened could not be remembered: ${(error as Error).message}`);
      }
      return { id, card: model.card };
    },

    async cancelOpening() {
      opening.abort();
      opening = new AbortController();
    },

    closeModel: (id) => open.close(id),

    bundleModel: async (id) => {
      const { source, card } = open.find(id).model;
      if (!source) throw new UserError('bad-model.no-bundle', { path: card.path });
      return bundleModel(source);
    },

    mosaic: (file) => library.mosaic(path.resolve(file)),

    async renameModel(file, name) {
      await shelf.rename(file, name);
      modelsChanged();
    },

    async duplicateModel(file, name) {
      const copy = await shelf.duplicate(file, name);
      modelsChanged();
      return copy;
    },

    async removeModel(file) {
      const removal = await shelf.remove(file);
      modelsChanged();
      return removal;
    },

    async takeBackModel(removal) {
      await shelf.takeBack(removal);
      modelsChanged();
    },

    showModel: (file) => showInFolder(path.resolve(file)),

    compare: async (id, paths) => compareAll(open.find(id).model.source?.manifest ?? null, paths),
  };
}
