/** What crosses between the engine and a training process. */
import type { ContinueChanges, RunState, TrainingEvent, TrainingSettings } from '../../../contract';

export type RunCommand =
  | { command: 'train'; settings: TrainingSettings }
  | { command: 'continue'; out: string; changes: ContinueChanges }
  | { command: 'pause' | 'resume' | 'stop' | 'cancel' };

export type RunMessage = TrainingEvent;

/** The end of a run: nothing follows. */
export const isFinal = (state: RunState): boolean => state === 'done' || state === 'cancelled' || state === 'failed';
