/** What is needed to make the bundled models, beside the command line; see `scripts/train-bundled.mjs`. */
export { assembleFamily } from './beta-family/assemble';
export { describeModel, folderSource, forgetNames, halveModel, thinModel } from './models';
export { loadDataset } from './images';
export { writeFaces as makeImages } from './images/synthetic/write';
