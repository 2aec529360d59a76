import type { FrameRequests } from '../../contract';
import type { Connection } from './connection';

export function frameRequests({ open, window }: Connection): FrameRequests {
  return {
    frame: async (id, choice) => open.find(id).geometry.frame(choice, (share) => window.onFrameProgress(id, share)),
  };
}
