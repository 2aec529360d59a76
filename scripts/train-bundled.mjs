// Trains the models that ship with the app, measures each on its own images, and writes its card.
//
//   npm run train-bundled -- [DIR]... [--digits TRAIN --test-digits TEST] [--only NAME]... [--resume]
//
// Each DIR is a folder of portraits, which stay where they are and are trained on together; TRAIN and TEST are those of
// MNIST, a folder a digit, 28 pixels; synthetic faces are drawn for the occasion. --resume goes on where the last call was
// interrupted, and trains nothing anew that is finished. Within a set of models images, network and seed are the same.
// Objectives differ, and steps: a VAE takes more of them until draws from its prior are faces.
import { spawnSync } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { limitsOf, matched, numbersOf } from './bundled/limits.mjs';
import { root } from './root.mjs';
import { ensureBuild, ensureDependencies, runScript, say, SetupError } from './setup.mjs';

/**
 * @typedef {import('../main/contract').Words} Words
 * @typedef {import('./bundled/limits.mjs').Numbers} Numbers
 *
 * @typedef {object} Images
 * @property {{ count: number, seed: number, size: number } | 'portraits' | 'digits'} from synthetic faces that are drawn, or what is given
 * @property {string[]} options of `train` for all models of these images
 * @property {(numbers: Numbers) => Words} words where they come from
 * @property {Words[]} limits what they cannot teach
 * @property {number} [kept] codes that are left in the model, with their labels; absent: all, without names and labels
 */

/** More would make a model of two megabytes one of thirty. */
const KEPT_DIGITS = 2000;

/** @type {Record<'portraits' | 'faces' | 'digits', Images>} */
const IMAGES = {
  portraits: {
    from: 'portraits',
    options: ['--size', '128', '--latent', '32', '--width', 'small', '--batch', '16', '--seed', '1'],
    words: ({ images, heldOut, size }) => ({
      en: `${images} official portraits of members of the United States Congress and of the United Kingdom's Parliament at ${size}×${size} pixels; ${heldOut} more were held out. The former are in the public domain or CC0 (unitedstates/images and Hainish/congress-images-225x275 on GitHub), the latter © UK Parliament, CC BY 3.0 (mysociety/theyworkforyou on GitHub), cropped and scaled.`,
      'zh-CN': `${images} 张美国国会议员和英国议会议员的官方肖像，${size}×${size} 像素，另有 ${heldOut} 张留出。前者属公有领域或 CC0（GitHub 上的 unitedstates/images 和 Hainish/congress-images-225x275），后者 © UK Parliament，CC BY 3.0（GitHub 上的 mysociety/theyworkforyou），经裁剪和缩放。`,
    }),
    limits: [
      {
        en: 'One profession, one pose: suits, flags and smiles from the front. It is no picture of people at large, and says nothing about anyone.',
        'zh-CN': '同一种职业，同一种姿势：西装、国旗、正面微笑。它不代表所有人，也不说明任何人的任何事。',
      },
      {
        en: 'Faces were found and aligned automatically; a face from the side, or several in one photograph, is nothing it has learned.',
        'zh-CN': '人脸是自动找到并对齐的；侧脸或多人照片，它从未学过。',
      },
    ],
  },
  faces: {
    from: { count: 8000, seed: 1, size: 64 },
    // drawn in place, and new ones can be drawn without end: nothing to align, no need to vary them
    options: [
      ...['--size', '64', '--latent', '32', '--width', 'small', '--residual-blocks', '1'],
      ...['--batch', '32', '--epochs', '40', '--learning-rate', '0.002', '--seed', '1'],
      ...['--no-align', '--no-mirror', '--shift', '0', '--crop', '0', '--colour', '0'],
    ],
    words: ({ images, heldOut, size }) => ({
      en: `${images} synthetic faces drawn by Latentscape (seed 1) at ${size}×${size} pixels; ${heldOut} more were held out. Free of any rights, and of any real person.`,
      'zh-CN': `Latentscape 绘制的 ${images} 张合成人脸（种子 1），${size}×${size} 像素，另有 ${heldOut} 张留出。不涉及任何权利，也不涉及任何真人。`,
    }),
    limits: [
      {
        en: 'It knows drawn faces alone: a photograph is redrawn as the nearest drawing.',
        'zh-CN': '它只认识画出来的脸：照片会被重画成最接近的一幅画。',
      },
    ],
  },
  digits: {
    from: 'digits',
    options: [
      ...['--kind', 'vae', '--preset', 'iwae-paper', '--batch', '100', '--learning-rate', '0.002'],
      ...['--schedule', 'cosine', '--checkpoint-steps', '20000', '--seed', '1'],
    ],
    words: ({ images, heldOut }) => ({
      en: `${images} handwritten digits of MNIST (Yann LeCun and Corinna Cortes, CC BY-SA 3.0) at 28×28 pixels, drawn anew as black and white at each step; ${heldOut} more were held out. Trained as Burda, Grosse and Salakhutdinov did in 2016, in larger batches and fewer passes. Shown are ${KEPT_DIGITS} of them, evenly chosen.`,
      'zh-CN': `MNIST 的 ${images} 个手写数字（Yann LeCun 与 Corinna Cortes，CC BY-SA 3.0），28×28 像素，每一步都重新二值化，另有 ${heldOut} 个留出。训练方法同 Burda、Grosse 与 Salakhutdinov（2016），但批量更大、遍数更少。其中均匀选出的 ${KEPT_DIGITS} 个在此显示。`,
    }),
    limits: [
      {
        en: 'It knows digits alone, white on black, in the middle of the image.',
        'zh-CN': '它只认识居中的黑底白字的数字。',
      },
    ],
    kept: KEPT_DIGITS,
  },
};

/**
 * Test NLL of L₅₀₀₀ and active units in table 1 of Burda, Grosse & Salakhutdinov 2016.
 *
 * @typedef {{ nll: number, active: number }} Published
 */

/**
 * What is trained on which images. `first`: options of a run before, from whose model the last one starts; `from`: the
 * bundled model that the first of them starts from; `limits`: what it cannot teach, beside what its images cannot.
 *
 * @typedef {{ name: Words, images: Images, options: string[], first?: string[], from?: string, limits?: Words[], published?: Published }} Bundled
 */

/** @type {Record<string, Bundled>} */
const MODELS = {
  'portraits-ae': {
    name: { en: 'Portraits AE', 'zh-CN': '人像 AE' },
    images: IMAGES.portraits,
    options: ['--kind', 'ae', '--epochs', '34'],
  },
  'portraits-vae': {
    name: { en: 'Portraits VAE', 'zh-CN': '人像 VAE' },
    images: IMAGES.portraits,
    // details first, at a low β; then one at which draws from the prior become faces
    first: ['--kind', 'vae', '--beta', '1', '--epochs', '26'],
    options: ['--kind', 'vae', '--beta', '3.5', '--epochs', '76'],
  },
  // longer, edges become sharper still, colours drift, and the error passes that of PCA
  'portraits-gan': {
    name: { en: 'Portraits VAE-GAN', 'zh-CN': '人像 VAE-GAN' },
    images: IMAGES.portraits,
    options: ['--kind', 'vae', '--beta', '1.75', '--adversarial', '1', '--average-decay', '0.998', '--epochs', '18'],
    from: 'portraits-vae',
    limits: [
      {
        en: 'Its details are drawn to look like a photograph, not to be the ones of the photograph: hair, skin and teeth are made up.',
        'zh-CN': '它画的细节只求像照片，并不是原照片的细节：头发、皮肤和牙齿都是编出来的。',
      },
    ],
  },
  'portraits-rae': {
    name: { en: 'Portraits RAE', 'zh-CN': '人像 RAE' },
    images: IMAGES.portraits,
    options: ['--kind', 'rae', '--epochs', '8'],
    from: 'portraits-ae',
  },
  'faces-ae': {
    name: { en: 'Synthetic faces AE', 'zh-CN': '合成人脸 AE' },
    images: IMAGES.faces,
    options: ['--kind', 'ae'],
  },
  // warmed up, it learns the colours before β presses on the code
  'faces-vae': {
    name: { en: 'Synthetic faces VAE', 'zh-CN': '合成人脸 VAE' },
    images: IMAGES.faces,
    options: ['--kind', 'vae', '--beta', '0.3', '--warm-up', '0.3'],
  },
  'faces-rae': {
    name: { en: 'Synthetic faces RAE', 'zh-CN': '合成人脸 RAE' },
    images: IMAGES.faces,
    options: ['--kind', 'rae'],
  },
  'digits-vae': {
    name: { en: 'Digits VAE', 'zh-CN': '数字 VAE' },
    images: IMAGES.digits,
    options: ['--epochs', '600'],
    published: { nll: 86.76, active: 19 },
  },
  'digits-iwae': {
    name: { en: 'Digits IWAE', 'zh-CN': '数字 IWAE' },
    images: IMAGES.digits,
    // the rate falls, rises and falls once more, for longer
    first: ['--importance-samples', '5', '--epochs', '260'],
    options: ['--importance-samples', '5', '--epochs', '640'],
    published: { nll: 85.54, active: 22 },
  },
};

/** Small VAEs that differ in β alone, from nearly an AE to one that has given its code up. */
const FAMILY = {
  out: 'beta-family',
  betas: [0.01, 0.05, 1, 5, 25, 125],
  drawn: { count: 6000, seed: 1, size: 32 },
  /** Measured on the faces that come next. */
  measured: 400,
  options: [
    ...['--kind', 'vae', '--size', '32', '--latent', '16', '--width', 'small', '--batch', '32', '--epochs', '20'],
    ...['--seed', '1', '--no-align', '--no-mirror', '--shift', '0', '--crop', '0', '--colour', '0', '--no-whiten'],
  ],
};

void runScript(async () => {
  const { names, resume, ...given } = asked();
  await ensureDependencies();
  await ensureBuild();
  const work = await mkdtemp(join(os.tmpdir(), 'latentscape-bundled-'));
  try {
    for (const name of names) await (name === FAMILY.out ? makeFamily(work) : makeModel(name, given, work, resume));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
});

/**
 * Where given images lie.
 *
 * @typedef {{ portraits: string[], digits?: string, testDigits?: string }} Given
 */

/** @returns {Given & { names: string[], resume: boolean }} */
function asked() {
  const all = [...Object.keys(MODELS), FAMILY.out];
  let parsed;
  try {
    parsed = parseArgs({
      allowPositionals: true,
      options: {
        only: { type: 'string', multiple: true },
        digits: { type: 'string' },
        'test-digits': { type: 'string' },
        resume: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new SetupError(/** @type {Error} */ (error).message);
  }
  const portraits = parsed.positionals;
  const { digits, 'test-digits': testDigits } = parsed.values;
  const names = parsed.values.only ?? all;
  const unknown = names.find((name) => !all.includes(name));
  if (unknown) throw new SetupError(`There is no bundled model "${unknown}". There are: ${all.join(', ')}.`);
  const needs = (/** @type {Images['from']} */ from) => names.some((name) => MODELS[name]?.images.from === from);
  if (portraits.length === 0 && needs('portraits')) {
    throw new SetupError('Name the folders of portraits: npm run train-bundled -- DIR...');
  }
  if (!(digits && testDigits) && needs('digits')) {
    throw new SetupError('Name the folders of MNIST: npm run train-bundled -- --digits TRAIN --test-digits TEST');
  }
  return { portraits, digits, testDigits, names, resume: parsed.values.resume ?? false };
}

/**
 * @param {string} name
 * @param {Given} given
 * @param {string} work a folder for what is drawn
 * @param {boolean} resume
 */
async function makeModel(name, given, work, resume) {
  const { name: title, images, options, first, from, limits = [], published } = MODELS[name];
  // A model that is bundled is not replaced by training: this one takes its place when it is whole.
  const out = join(os.tmpdir(), 'latentscape-bundled-models', name);
  const folder = await folderOf(images.from, given, work);
  say(`${title.en}…`);
  const train = (/** @type {string} */ place, /** @type {string[]} */ own, /** @type {string | null} */ start) => {
    const how = ['--out', place, '--name', title.en, ...own, ...images.options, ...(start ? ['--from', start] : [])];
    cli('train', folder, ...how, resume ? '--resume' : '--restart');
  };
  const start = from ? join(root, 'models', from) : null;
  if (first) train(`${out}-first`, first, start);
  train(out, options, first ? `${out}-first` : start);
  await halve(out);
  if (published) cli('score', out, String(given.testDigits), '--iwae', '5000', '--keep');
  else cli('score', out, folder, '--keep');

  const { describeModel, folderSource, forgetNames, thinModel } = await engine();
  if (images.kept) await thinModel(out, images.kept);
  else await forgetNames(out);
  const numbers = numbersOf((await folderSource(out)).manifest);
  await describeModel(out, {
    name: title,
    images: images.words(numbers),
    limits: [...(published ? [matched(numbers, published)] : []), ...limits, ...images.limits, ...limitsOf(numbers)],
  });
  await rm(join(root, 'models', name), { recursive: true, force: true });
  await cp(out, join(root, 'models', name), { recursive: true });
}

/**
 * @param {Images['from']} from
 * @param {Given} given
 * @param {string} work
 */
async function folderOf(from, given, work) {
  if (from === 'portraits') return together(given.portraits, work);
  return from === 'digits' ? String(given.digits) : draw(from, work);
}

/** @param {string} work */
async function makeFamily(work) {
  const { betas, drawn, measured, options } = FAMILY;
  const folder = draw(drawn, work);
  for (const beta of betas) {
    say(`β = ${beta}…`);
    const out = join(work, `beta-${beta}`);
    cli('train', folder, '--out', out, '--name', `β = ${beta}`, '--beta', String(beta), ...options);
    await halve(out);
  }
  say('Measuring the family…');
  const { assembleFamily } = await engine();
  const members = betas.map((beta) => join(work, `beta-${beta}`));
  const faces = { seed: drawn.seed, first: drawn.count, count: measured };
  await assembleFamily(join(root, 'models', FAMILY.out), members, faces);
}

/**
 * Half the room for networks that draw the same in half precision. What is measured of a model is measured after it.
 * @param {string} folder
 */
async function halve(folder) {
  const { halveModel } = await engine();
  for (const [network, { levels, halved }] of Object.entries(await halveModel(folder))) {
    const change = `changes pixels by up to ${levels.toFixed(3)} of 255 levels`;
    say(`Half precision of the ${network} ${change}: ${halved ? 'taken' : 'left in single precision'}.`);
  }
}

/**
 * The folder of these faces, drawn unless it is there.
 * @param {{ count: number, seed: number, size: number }} faces
 * @param {string} work
 */
function draw({ count, seed, size }, work) {
  const folder = join(work, `Synthetic faces ${size} px`);
  if (!drawnFolders.has(folder)) {
    say(`Drawing ${count} faces of ${size} pixels…`);
    cli('faces', '--count', String(count), '--seed', String(seed), '--size', String(size), '--out', folder);
    drawnFolders.add(folder);
  }
  return folder;
}

/**
 * One folder with the files of several.
 * @param {string[]} folders
 * @param {string} work
 */
async function together(folders, work) {
  const all = join(work, 'Portraits');
  await mkdir(all, { recursive: true });
  for (const folder of folders) {
    for (const file of await readdir(folder)) await copyFile(join(folder, file), join(all, file));
  }
  return all;
}

/** @type {Set<string>} */
const drawnFolders = new Set();

/** @param {string[]} args */
function cli(...args) {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/cli.mjs'), ...args], { stdio: 'inherit' });
  // it has said why
  if (status !== 0) throw new SetupError(`${args[0]} has ended with ${status ?? 'a signal'}: nothing more is trained.`);
}

/** @returns {Promise<typeof import('../main/engine/bundled')>} */
const engine = () => import(pathToFileURL(join(root, 'dist/main/engine/bundled.js')).href);
