import { type TraitRequests, UserError } from '../../contract';
import type { OpenModel } from '../open-model/open-model';
import { syntheticFactors } from '../open-model/traits/factors';
import { suggestedTraits } from '../open-model/traits/suggested';
import { measureTrait } from '../space/traits/measure';
import type { Connection } from './connection';

export function traitRequests({ open, traits, priority }: Connection): TraitRequests {
  const watchOf = ({ closing }: OpenModel) => ({ signal: closing.signal, turn: () => priority.turn() });

  return {
    traits: async (id) => traits.of(open.find(id)),
    changeTraits: async (id, change) => traits.change(open.find(id), change),

    async suggestedTraits(id) {
      const opened = open.find(id);
      opened.suggested ??= suggestedTraits(opened.model, watchOf(opened)).catch((error: unknown) => {
        // the next question tries once more
        opened.suggested = null;
        throw error;
      });
      return opened.suggested;
    },

    async factors(id) {
      const opened = open.find(id);
      return syntheticFactors(opened.model, watchOf(opened));
    },

    async measureTraits(id, sides) {
      const opened = open.find(id);
      const { faceCodes } = opened;
      const { latentSize, card } = opened.model;
      const count = faceCodes.length / latentSize;
      const known = (faces: Uint32Array) => faces.every((face) => face < count);
      if (!sides.every(({ withIt, without }) => known(withIt) && known(without))) {
        throw new UserError('bad-settings.traits', { name: card.name, most: 100 });
      }
      const measures = [];
      for (const each of sides) {
        await priority.turn();
        measures.push(measureTrait(faceCodes, latentSize, each));
      }
      return measures;
    },
  };
}
