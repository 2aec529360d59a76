/** One training run as the window follows it. */
import type { PreparingStage, RunSnapshot, RunState, TrainingEvent } from '../../../main/contract';
import { thin } from './curve';

/** A run as it stands; `preparing` says how far reading the images has come. */
export interface Run extends RunSnapshot {
  preparing: { done: number; total: number; stage: PreparingStage } | null;
}

const MOST_POINTS = 2000;

export const isActive = (state: RunState): boolean => !['done', 'cancelled', 'failed'].includes(state);

/** The run after `event`. */
export function advance(run: Run, event: TrainingEvent): Run {
  switch (event.event) {
    case 'preparing':
      return { ...run, preparing: event };
    case 'skipped':
      return { ...run, skipped: [...run.skipped, event] };
    case 'started':
      return { ...run, started: event, preparing: null };
    case 'progress':
      return { ...run, progress: thin([...run.progress, event], MOST_POINTS) };
    case 'pictures':
      return { ...run, pictures: event };
    case 'use':
      return { ...run, use: event };
    case 'warning':
      return { ...run, warning: event };
    case 'state':
      return { ...run, state: event.state };
    case 'done':
      return { ...run, state: 'done', done: event };
    case 'failed':
      return { ...run, state: event.code === 'cancelled' ? 'cancelled' : 'failed', failure: event };
  }
}
