/** A training run, from a folder of images to a model folder, in the process that calls it. */
import { type ContinueChanges, type TrainingSettings, UserError } from '../../../contract';
import { recoverModel } from '../../models';
import { loadCheckpoint } from '../unfinished/checkpoint';
import { lockRun } from '../unfinished/lock';
import { asMemoryFailure } from '../memory/estimate';
import { Run, type RunIo } from './run';
import { resolveSettings } from '../settings/settings';
import { notedSettings, unfinishedRun } from '../unfinished/unfinished';

/**
 * Trains and writes a model. Progress, pictures and the end are reported as events; failures are thrown.
 * @throws UserError with a sentence for a person; an existing model at `settings.out` is only replaced by a
 * finished one, and an unfinished run of it is only discarded when nothing has been saved of it
 */
export async function train(settings: TrainingSettings, io: RunIo): Promise<void> {
  const resolved = resolveSettings(settings);
  await holdingLock(resolved.out, async () => {
    const before = await unfinishedRun(resolved.out);
    if (before && before.step > 0) {
      throw new UserError('bad-settings.run-unfinished', {
        out: resolved.out,
        step: before.step,
        steps: before.steps ?? '?',
      });
    }
    await new Run(resolved, io).start(null);
  });
}

/**
 * Continues the unfinished run of the model at `out` from its last checkpoint.
 * @throws UserError as `train`; `not-found` when there is no such run, `bad-model` when it is damaged
 */
export async function resumeTraining(out: string, io: RunIo, changes: ContinueChanges = {}): Promise<void> {
  await holdingLock(out, async () => {
    const noted = await notedSettings(out);
    if (!noted) throw new UserError('not-found.unfinished-run', { out });
    const settings = resolveSettings({ ...noted, ...changes, tuning: { ...noted.tuning, ...changes.tuning } });
    await new Run(settings, io).start(await loadCheckpoint(out));
  });
}

/** Does `work` while no other process trains the model at `out`, whose folder is made whole before. */
async function holdingLock(out: string, work: () => Promise<void>): Promise<void> {
  const unlock = await lockRun(out);
  try {
    await recoverModel(out);
    await work();
  } catch (error) {
    throw asMemoryFailure(error);
  } finally {
    await unlock();
  }
}
