/** The file system: failures as sentences, files written whole or not at all, and folders told from a person's own. */
export { readFailure, readReason, writeFailure } from './failures';
export {
  checkReplaceable,
  type FolderKind,
  makeFolder,
  remnantOf,
  remnants,
  removeFolder,
  saveFolder,
  saveNewFolder,
  type WriteFile,
} from './folder';
export { appData } from './app-data';
export { fromHome } from './from-home';
export { hold, isHeld, type Release } from './lock';
export { openRegular, readText, readWhole } from './read';
export { type Content, isTemporary, removeTemporaries, save, saveJson } from './save';
export { Receiving, safeParts } from './receive';
export { sha256, sha256Of, unchanged } from './sha256';
export { kindWithSums } from './sums';
export { allWritten, underWay } from './under-way';
