// Kinds of input. Each makes valid ones once, and then spoils them one by one: the number of an input and the seed say
// what becomes of it, whatever was tried before.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import sharp from 'sharp';
import { root } from '../root.mjs';
import { built } from './engine.mjs';
import { oddValue, spoilBytes, spoilJson } from './mutate.mjs';

/** @type {typeof import('../../main/rpc/wire')} */
const { pack } = await import(built('rpc/wire.js'));
/** @type {typeof import('../../main/engine/models/files/codes')} */
const { encodeCodes } = await import(built('engine/models/files/codes.js'));

/** @typedef {import('./mutate.mjs').Chance} Chance */
/** @typedef {import('./engine.mjs').FuzzedEngine} FuzzedEngine */
/** @typedef {import('./engine.mjs').Window} Window */
/** @typedef {import('./engine.mjs').Answer} Answer */
/** @typedef {{ engine: FuzzedEngine, home: string, folder: string, chance: Chance }} Trial */
/** @typedef {(trial: Trial) => Promise<Answer[]>} Kind one answer for each input that was tried */

const SOURCE = join(root, 'models/beta-family/beta-1');
const LATENT_SIZE = 16;
const COUNT = 40;
const sha256 = (/** @type {Uint8Array | string} */ bytes) => createHash('sha256').update(bytes).digest('hex');

/** The files of a small model with codes. @returns {Promise<Record<string, Uint8Array>>} */
async function modelFiles() {
  /** @type {Record<string, Uint8Array>} */
  const files = {};
  for (const name of await readdir(SOURCE)) files[name] = await readFile(join(SOURCE, name));
  const codes = Float32Array.from({ length: COUNT * LATENT_SIZE }, (_, i) => 1.3 * Math.sin(i * 12.9898));
  files['codes.npy'] = encodeCodes(codes, LATENT_SIZE);
  files['log-variances.npy'] = encodeCodes(
    codes.map(() => -2),
    LATENT_SIZE,
  );
  files['thumbnails.webp'] = await sharp({ create: { width: 7 * 32, height: 6 * 32, channels: 3, background: '#876' } })
    .webp()
    .toBuffer();
  return files;
}
const MODEL = await modelFiles();

/** Manifest with the sums of the files as they are. @param {Record<string, Uint8Array>} files */
function manifestFor(files) {
  const manifest = JSON.parse(Buffer.from(MODEL['model.json']).toString());
  manifest.dataset.images = COUNT;
  const { 'model.json': _, ...others } = files;
  manifest.files = Object.fromEntries(Object.entries(others).map(([name, bytes]) => [name, sha256(bytes)]));
  return JSON.stringify(manifest);
}

/** Opens a model, uses it, and closes it. @param {FuzzedEngine} engine @param {string} path @returns {Promise<Answer[]>} */
async function use(engine, path) {
  const window = engine.open();
  try {
    const opened = await window.call('openModel', [path]);
    if (opened.outcome !== 'accepted') return [opened];
    const { id, card } = opened.result;
    const code = new Float32Array(card.latentSize);
    const asked = /** @type {[string, unknown[]][]} */ ([
      ['decode', [id, code]],
      ['decodeLive', [id, code]],
      ['cloud', [id]],
      ['typicality', [id, code]],
      ['scores', [id]],
      ['trainingFilm', [id]],
      ['bookmarks', [id]],
      ['closeModel', [id]],
    ]);
    for (const [method, args] of asked) {
      const answer = await window.call(method, args);
      // what is wrong with a part may be told when it is asked for
      if (answer.outcome !== 'accepted' && answer.outcome !== 'refused') return [answer];
    }
    return [opened];
  } finally {
    window.close();
  }
}

/** Model folders, one file spoilt and its sum set right. @type {Kind} */
async function models({ engine, home, chance }) {
  const path = join(home, 'models', 'fuzzed');
  const files = { ...MODEL };
  // networks that are not what they were run apart: see `networks`
  const name = chance.of([
    'model.json',
    'model.json',
    'codes.npy',
    'codes.npy',
    'log-variances.npy',
    'thumbnails.webp',
  ]);
  if (name !== 'model.json') files[name] = spoilBytes(chance, files[name]);
  const manifest = manifestFor(files);
  files['model.json'] = name === 'model.json' ? spoilJson(chance, manifest) : Buffer.from(manifest);
  await mkdir(path, { recursive: true });
  for (const [file, bytes] of Object.entries(files)) await writeFile(join(path, file), bytes);
  const answers = await use(engine, path);
  await rm(path, { recursive: true, force: true });
  return answers;
}

/** ONNX files. @type {Kind} */
async function networks({ engine, folder, chance }) {
  const path = join(folder, 'decoder.onnx');
  await writeFile(path, spoilBytes(chance, MODEL['decoder.onnx']));
  return use(engine, path);
}

/** Zipped models: the zip spoilt, or a file in it. @type {Kind} */
async function zips({ engine, folder, chance }) {
  const path = join(folder, 'model.zip');
  const files = { ...MODEL, 'model.json': strToU8(manifestFor(MODEL)) };
  if (chance.below(2)) files['model.json'] = new Uint8Array(spoilJson(chance, manifestFor(MODEL)));
  const zip = zipSync(files, { level: 1 });
  await writeFile(path, chance.below(3) ? spoilBytes(chance, zip) : zip);
  return use(engine, path);
}

/** Valid images of every format that is read, by extension. @returns {Promise<Record<string, Uint8Array>>} */
async function imageFiles() {
  const pixels = Uint8Array.from({ length: 24 * 24 * 3 }, (_, i) => (i * 37) % 256);
  const drawn = sharp(pixels, { raw: { width: 24, height: 24, channels: 3 } });
  /** @type {Record<string, Uint8Array>} */
  const files = {};
  for (const format of /** @type {const} */ (['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'])) {
    files[format] = await drawn.clone().toFormat(format).toBuffer();
  }
  const folder = join(root, 'tests/data/images');
  for (const name of await readdir(folder)) {
    const extension = name.split('.')[1];
    if (extension !== 'py') files[extension] ??= await readFile(join(folder, name));
  }
  files.ppm = Buffer.concat([Buffer.from('P6 24 24 255\n'), pixels]);
  const bmp = Buffer.alloc(54);
  bmp.write('BM');
  for (const [at, value] of [
    [2, 54 + pixels.length],
    [10, 54],
    [14, 40],
    [18, 24],
    [22, 24],
  ])
    bmp.writeUInt32LE(value, at);
  bmp.writeUInt16LE(1, 26);
  bmp.writeUInt16LE(24, 28);
  files.bmp = Buffer.concat([bmp, pixels]);
  const tga = Buffer.alloc(18);
  for (const [at, value] of [
    [2, 2],
    [12, 24],
    [14, 24],
    [16, 24],
  ])
    tga.writeUInt8(value, at);
  files.tga = Buffer.concat([tga, pixels]);
  return files;
}
const IMAGES = Object.entries(await imageFiles());
const IMAGES_A_FOLDER = 16;

/** A folder of images. @type {Kind} */
async function images({ engine, folder, chance }) {
  const path = join(folder, 'images');
  await rm(path, { recursive: true, force: true });
  await mkdir(path);
  for (let i = 0; i < IMAGES_A_FOLDER; i++) {
    const [extension, bytes] = chance.of(IMAGES);
    await writeFile(join(path, `${i}.${extension}`), spoilBytes(chance, bytes));
  }
  const window = engine.open();
  const answer = await window.call('inspectFolder', [path, 32, false]);
  window.close();
  if (answer.outcome !== 'accepted' && answer.outcome !== 'refused') return [answer];
  const skipped = answer.outcome === 'refused' ? IMAGES_A_FOLDER : answer.result.skipped.length;
  return Array.from({ length: IMAGES_A_FOLDER }, (_, i) => ({ outcome: i < skipped ? 'refused' : 'accepted' }));
}

/** Lists in the app's data folder. @type {Kind} */
async function lists({ engine, home, chance }) {
  const window = engine.open();
  try {
    const opened = await window.call('openModel', [SOURCE]);
    if (opened.outcome !== 'accepted') return [opened];
    const { id } = opened.result;
    const code = Array(LATENT_SIZE).fill(0);
    const bookmark = { id: 'a', name: 'A', code, anchor: null, view: { yaw: 0, pitch: 0, reach: 1 } };
    const group = { id: 'a', name: 'A', colour: 0, hidden: false, faces: [1, 2] };
    const recent = { path: SOURCE, name: 'A', kind: 'vae', latentSize: LATENT_SIZE, imageSize: 32, film: false };
    const valid = /** @type {[string, string, unknown][]} */ ([
      [
        'bookmarks',
        `${sha256(SOURCE).slice(0, 32)}.json`,
        { model: SOURCE, bookmarks: [bookmark, { ...bookmark, id: 'b' }] },
      ],
      [
        'groups',
        `${JSON.parse(Buffer.from(MODEL['model.json']).toString()).dataset.identity?.slice(0, 32) ?? sha256(SOURCE).slice(0, 32)}.json`,
        { model: SOURCE, groups: [group] },
      ],
      ['', 'recent.json', [recent, { ...recent, path: '/nowhere' }]],
    ]);
    const [below, name, content] = chance.of(valid);
    await mkdir(join(home, below), { recursive: true });
    await writeFile(join(home, below, name), spoilJson(chance, JSON.stringify(content)));
    const change = { put: [], remove: [], order: [] };
    const asked = /** @type {[string, unknown[]][]} */ ([
      ['bookmarks', [id]],
      ['faceGroups', [id]],
      ['listModels', []],
      ['changeBookmarks', [id, { ...change, put: [{ ...bookmark, id: 'new' }] }]],
      ['changeFaceGroups', [id, { ...change, remove: ['a'] }]],
      ['closeModel', [id]],
    ]);
    let worst = opened;
    for (const [method, args] of asked) {
      const answer = await window.call(method, args);
      if (answer.outcome !== 'accepted') worst = answer;
      if (answer.outcome !== 'accepted' && answer.outcome !== 'refused') break;
    }
    return [worst];
  } finally {
    window.close();
    for (const below of ['bookmarks', 'groups', 'recent.json'])
      await rm(join(home, below), { recursive: true, force: true });
  }
}

/** Bytes of a message. @type {Kind} */
async function frames({ engine, chance }) {
  const args = [[], ['x'], [new Float32Array(8), { put: [], remove: [] }]];
  const message = {
    t: chance.of(['q', 'q', 's']),
    m: chance.of(['runs', 'decode', 'constructor']),
    a: chance.of(args),
    i: 'fuzz',
  };
  const window = engine.open();
  const answer = await window.send(spoilBytes(chance, pack(message)));
  window.close();
  return [answer];
}

/** Requests that do work, with their arguments as they should be. `ID` stands for an open model. */
const ID = Symbol('id');
const CODE = new Float32Array(LATENT_SIZE);
const CODES = new Float32Array(2 * LATENT_SIZE);
/** @type {[string, unknown[]][]} */
const REQUESTS = [
  ['decode', [ID, CODE]],
  ['encodeFiles', [ID, ['/nowhere.png']]],
  ['frame', [ID, { kind: 'latents', latents: [0, 1, 2] }]],
  ['frame', [ID, { kind: 'faces', faces: [0, 1, 2, 3] }]],
  ['cloud', [ID]],
  ['typicality', [ID, CODE]],
  ['neighbours', [ID, CODE, 5]],
  [
    'changeFaceGroups',
    [
      ID,
      { put: [{ id: 'a', name: 'A', colour: 0, hidden: false, faces: new Uint32Array([1]) }], remove: [], order: [] },
    ],
  ],
  ['holeReading', [ID, CODE]],
  ['holeFile', [{ centre: [0, 0, 0], radius: 1, side: 3, drift: new Float32Array(27), density: null }, 'csv']],
  ['tracePath', [ID, 'straight', CODES, 8]],
  ['changeBookmarks', [ID, { put: [], remove: ['x'], order: [] }]],
  ['picture', [ID, CODE, { format: 'png', size: 32 }, {}]],
  ['contactSheet', [ID, CODES, { format: 'png', size: 32, columns: 2, gap: 0 }, {}]],
  ['movingPicture', [ID, CODES, { format: 'gif', size: 32, fps: 10, loop: 'once' }, {}]],
  ['codesFile', [ID, CODES, null, 'csv']],
  ['provenance', [new Uint8Array(100)]],
  ['boundLatest', [ID, CODE]],
  ['samples', [ID, 'prior', 4, 1]],
  ['inspectFolder', ['/nowhere', 32, false]],
  ['listFolder', ['/']],
  ['syntheticFaces', [1, 1, 32]],
  ['openModel', ['/nowhere', {}]],
  ['compare', [ID, ['/nowhere']]],
  ['continueTraining', ['/nowhere', {}]],
  ['discardTraining', ['/nowhere']],
  [
    'startTraining',
    [
      {
        kind: 'ae',
        images: '/nowhere',
        name: 'x',
        imageSize: 32,
        latentSize: 4,
        epochs: 1,
        batchSize: 4,
        beta: 1,
        learningRate: 0.001,
        seed: 1,
        align: false,
        tuning: { width: 'small' },
      },
    ],
  ],
];

/** A value within a value replaced. @param {Chance} chance @param {unknown} value @returns {unknown} */
function spoilValue(chance, value) {
  const keys = typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) ? Object.keys(value) : [];
  if (keys.length === 0 || chance.below(3) === 0) return oddValue(chance);
  const copy = /** @type {Record<string, unknown>} */ (Array.isArray(value) ? [...value] : { ...Object(value) });
  const key = chance.of(keys);
  copy[key] = spoilValue(chance, copy[key]);
  return copy;
}
const REQUESTS_A_MODEL = 20;

/** Wrong calls. @type {Kind} */
async function requests({ engine, chance }) {
  const window = engine.open();
  const opened = await window.call('openModel', [SOURCE]);
  if (opened.outcome !== 'accepted') return [opened];
  /** @type {Answer[]} */
  const answers = [];
  while (answers.length < REQUESTS_A_MODEL) {
    const [method, right] = chance.of(REQUESTS);
    const args = right.map((value) => (value === ID ? opened.result.id : value));
    if (chance.below(8) > 0) {
      const at = chance.below(args.length);
      args[at] = spoilValue(chance, args[at]);
    } else if (chance.below(2)) args.push(oddValue(chance));
    else args.pop();
    const answer = await window.call(method, args);
    answers.push({ ...answer, says: `${method}: ${answer.says ?? ''}` });
    if (answer.outcome === 'crashed' || answer.outcome === 'hung') break;
  }
  window.close();
  return answers;
}

/** @type {Record<string, Kind>} */
export const KINDS = { models, networks, zips, images, lists, frames, requests };
