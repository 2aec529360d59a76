/** A model on disk: open, describe, encode, decode, write. */
export { openApart } from './apart/apart';
export { bundleModel } from './bundle';
export type { CoarseDecoder } from './coarse/coarse';
export { prepareCoarse } from './coarse/prepare';
export { compareAll, compareManifests } from './compare';
export { decodeAll, decodeInPieces, type Decoder } from './decode-in-pieces';
export { decodeCodes, encodeCodes } from './files/codes';
export { decodeFilm, FILM, type Film } from './files/training-film';
export { folderName } from './folder-name';
export { halveModel } from './halve';
export { MODEL_FOLDER } from './kind';
export { priorCodes } from './mapping';
export { Model, rectangleOf } from './model';
export { openModel, sourceOf } from './open';
export { mosaicIn, mosaicOf } from './mosaic';
export type { Manifest } from './files/manifest';
export { recoverModel, restoreModel } from './recover';
export { folderSource, MANIFEST } from './source';
export { makeThumbnails, sheetName } from './files/thumbnails';
export {
  checkDestination,
  copyModel,
  describeModel,
  thinModel,
  forgetNames,
  keepScores,
  renameModel,
  writeModel,
  type ModelFiles,
} from './write';
