/** One process a run. */
import { UserError } from '../../../contract';
import { hold, isHeld, type Release } from '../../files';

/** A process that is being killed keeps its lock until its last step is over. */
const PATIENCE_MS = 5000;

/**
 * Waits a moment for the run of the model at `out` to be free and holds it.
 * @returns lets it go again; the end of the process does as well
 * @throws UserError `busy` while another process trains it
 */
export async function lockRun(out: string): Promise<Release> {
  const release = await hold('run', out, PATIENCE_MS);
  if (release) return release;
  throw new UserError('busy.run-locked', { out });
}

/** Whether some process holds the run of the model at `out`. */
export const isLocked = (out: string): Promise<boolean> => isHeld('run', out);
