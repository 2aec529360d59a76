/** Training runs: settings → dataset → trainer → model folder, and the processes that do it. */
export { graphicsCard } from './card';
export { RunControl } from './control';
export { slowerRate } from './divergence';
export { Runs } from './runs';
export { PRESETS, type PresetName } from './presets';
export { DEFAULT_SETTINGS, DEFAULT_TUNING } from './settings';
export { resumeTraining, train } from './train';
export { discardRun, unfinishedRun, unfinishedRunsIn } from './unfinished';
