/** Training runs: settings → dataset → trainer → model folder, and the processes that do it. */
export { graphicsCard } from './graphics-card/graphics-card';
export { Estimates } from './timing/estimate';
export { RunControl } from './lifecycle/control';
export { networkOf, openStartingModel } from './lifecycle/starting-model';
export { slowerRate } from './monitoring/divergence';
export { Runs } from './processes/runs';
export { refuseOtherImages, testImagesBeside } from './settings/preset-images';
export { PRESETS, type PresetName } from './settings/presets';
export { checkPlaces } from './settings/folders';
export { DEFAULT_SETTINGS, DEFAULT_TUNING, resolveSettings } from './settings/settings';
export { resumeTraining, train } from './lifecycle/train';
export { discardRun, unfinishedRun, unfinishedRunsIn } from './unfinished/unfinished';
