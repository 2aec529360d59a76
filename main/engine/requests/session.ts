import type { SessionRequests } from '../../contract';
import type { Connection } from './connection';

export function sessionRequests({ session }: Connection): SessionRequests {
  return {
    keptSession: () => session.read(),
    keepSession: (kept) => session.keep(kept),
  };
}
