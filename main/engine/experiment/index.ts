/** AE, VAE and RAE compared on faces with known factors. */
export { runExperiment } from './experiment';
export { planOf, type Mode } from './plan';
export type { Experiment } from './summary';
