/** AE, VAE and RAE compared on faces with known factors. */
export { runExperiment, type Experiment } from './experiment';
export { planOf, type Mode } from './plan';
