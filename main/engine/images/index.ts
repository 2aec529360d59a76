/** A folder of images → a dataset. */
export { planar, toImageBatch, toUnitRange, type BatchShape } from './batch';
export { loadDataset, noImages, type Dataset, type LikeBefore, type LoadOptions } from './dataset';
export { findImages } from './find';
export { identityOf } from './identity';
export { inspectFolder, type InspectOptions } from './inspect';
export { isImageName, UnreadableImage } from './formats';
export { readSquare } from './read';
export { copiesIn, pickImages, splitDataset, splitRows, type Images } from './split';
