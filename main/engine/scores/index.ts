/** What a model can do, measured; and what repairs the sampling of an autoencoder. */
export { mixtureCodes, priorCodes } from './codes';
export { scoreBound } from './bound';
export { scoreInBetween } from './in-between';
export { faceBound } from './face';
export { codesToFit, fitToCodes } from './mixture';
export { DEFAULT_IMPORTANCE_SAMPLES, scoreModel, type Scored, type ScoreOptions } from './score';
export { scoreSampling } from './sampling';
