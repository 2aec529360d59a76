import type { TrainingFilmRequests } from '../../contract';
import { trainingFilm } from '../open-model/training-film';
import type { Connection } from './connection';

export function trainingFilmRequests({ open }: Connection): TrainingFilmRequests {
  return {
    async trainingFilm(id) {
      const { model, geometry } = open.find(id);
      return trainingFilm(model, await geometry.principal());
    },
  };
}
