import type { NewFaceRequests } from '../../contract';
import { drawFaces } from '../open-model/new-faces';
import type { Connection } from './connection';

export function newFaceRequests({ open, scoring, priority }: Connection): NewFaceRequests {
  return {
    async drawFaces(id, options) {
      const opened = open.find(id);
      const watch = { signal: opened.closing.signal, turn: () => priority.turn() };
      return drawFaces(opened, options, scoring.mixtureOf(opened.model), watch);
    },
  };
}
