/** What a model can do, measured; and what repairs the sampling of an autoencoder. */
export { scoreBound } from './bound';
export { encodeImages, midpoints, mixtureCodes, priorCodes } from './codes';
export { scoreDrift, spreadOf } from './drift';
export { IN_BETWEEN_FACTORS, pairOf, scoreInBetween } from './in-between';
export { likelihoodOf } from './likelihood';
export { faceBound } from './face';
export { codesToFit, fitToCodes } from './mixture';
export { fitPca, type ImagePca } from './pca';
export { scoreReconstruction } from './reconstruction';
export { DEFAULT_IMPORTANCE_SAMPLES, scoreModel, type Scored, type ScoreOptions } from './score';
export { scoreSampling } from './sampling';
