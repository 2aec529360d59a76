import type { BetaFamilyRequests } from '../../contract';
import type { Connection } from './connection';

export function betaFamilyRequests({ priority, family }: Connection): BetaFamilyRequests {
  return {
    betaFamily: (seed) => priority.urgent(() => family.look(seed)),
  };
}
