/** What a model can do, measured. */
export { scoreModel, type ScoreOptions } from './score';
