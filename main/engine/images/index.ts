/** A folder of images → a dataset. */
export { planar, toImageBatch, type BatchShape } from './batch';
export { toUnitRange } from '../maths/unit-range';
export { loadDataset, noImages, type Dataset, type LikeBefore, type LoadOptions } from './dataset';
export { curateFolder } from './curation/curate';
export { curationSchema, keptFiles } from './curation/curation';
export { labelsOf } from './curation/labels';
export { pictureOf } from './curation/picture';
export { nearCopiesIn } from './curation/near-copies';
export { findImages } from './find';
export { identityOf } from './identity';
export { inspectFolder, type InspectOptions } from './inspect';
export { isImageName, UnreadableImage } from './formats';
export { readCropped } from './read';
export { copiesIn, pickImages, type Split, splitDataset, splitRows, type Images } from './split';
