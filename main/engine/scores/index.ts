/** What a model can do, measured; and what repairs the sampling of an autoencoder. */
export { scoreBound } from './likelihood/bound';
export { encodeImages, midpoints, mixtureCodes } from './codes/codes';
export { scoreDrift, spreadOf } from './codes/drift';
export { IN_BETWEEN_FACTORS, pairOf, scoreInBetween } from './codes/in-between';
export { likelihoodOf } from './likelihood/likelihood';
export { faceBound } from './likelihood/face';
export { codesToFit, fitToCodes, quickMixture } from './samples/mixture';
export { fitPca, type ImagePca } from './reconstruction/pca';
export { scoreReconstruction } from './reconstruction/reconstruction';
export type { ScoredImages } from './data';
export { DEFAULT_IMPORTANCE_SAMPLES, fitMixture, scoreModel, type Scored, type ScoreOptions } from './score';
export { scoreSampling } from './samples/samples';
