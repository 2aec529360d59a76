/** What making the models that ship with the app takes beside the command line; see `scripts/train-bundled.mjs`. */
export { assembleFamily } from './beta-family/assemble';
export { describeModel, folderSource, forgetNames } from './models';
