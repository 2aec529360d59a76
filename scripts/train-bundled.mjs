// Trains the models that ship with the app, measures each on its own images, and writes its card.
//
//   npm run train-bundled -- [DIR] [--only NAME]... [--resume]
//
// DIR is the folder of portraits, which stay where they are; synthetic faces are drawn for the occasion. --resume goes on
// where the last call was interrupted, and trains nothing anew that is finished. What differs within a set of models is
// the objective alone: images, network, seed and number of steps are the same.
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { limitsOf, numbersOf } from './bundled/limits.mjs';
import { root } from './root.mjs';
import { ensureBuild, ensureDependencies, runScript, say, SetupError } from './setup.mjs';

/**
 * @typedef {import('../main/contract').Words} Words
 * @typedef {import('./bundled/limits.mjs').Numbers} Numbers
 *
 * @typedef {object} Images
 * @property {{ count: number, seed: number, size: number } | null} drawn synthetic faces; null: those in DIR
 * @property {string[]} options of `train` for all models of these images
 * @property {(numbers: Numbers) => Words} words where they come from
 * @property {Words[]} limits what they cannot teach
 */

/** @type {Record<'portraits' | 'faces', Images>} */
const IMAGES = {
  portraits: {
    drawn: null,
    options: [
      ...['--size', '64', '--latent', '32', '--width', 'small', '--residual-blocks', '1'],
      ...['--batch', '16', '--epochs', '220', '--learning-rate', '0.002', '--seed', '1'],
    ],
    words: ({ images, heldOut, size }) => ({
      en: `${images} official portraits of members of the United States Congress at ${size}×${size} pixels; ${heldOut} more were held out. Public domain or CC0, from unitedstates/images and Hainish/congress-images-225x275 on GitHub.`,
      'zh-CN': `${images} 张美国国会议员的官方肖像，${size}×${size} 像素，另有 ${heldOut} 张留出。公有领域或 CC0，来自 GitHub 上的 unitedstates/images 和 Hainish/congress-images-225x275。`,
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
    drawn: { count: 8000, seed: 1, size: 64 },
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
};

/** @type {Record<string, { name: Words, images: Images, options: string[] }>} */
const MODELS = {
  'portraits-ae': {
    name: { en: 'Portraits AE', 'zh-CN': '人像 AE' },
    images: IMAGES.portraits,
    options: ['--kind', 'ae'],
  },
  'portraits-vae': {
    name: { en: 'Portraits VAE', 'zh-CN': '人像 VAE' },
    images: IMAGES.portraits,
    options: ['--kind', 'vae', '--beta', '0.4'],
  },
  'portraits-rae': {
    name: { en: 'Portraits RAE', 'zh-CN': '人像 RAE' },
    images: IMAGES.portraits,
    options: ['--kind', 'rae'],
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
    ...['--seed', '1', '--no-align', '--no-mirror', '--shift', '0', '--crop', '0', '--colour', '0'],
  ],
};

void runScript(async () => {
  const { folder, names, resume } = asked();
  await ensureDependencies();
  await ensureBuild();
  const work = await mkdtemp(join(os.tmpdir(), 'latentscape-bundled-'));
  try {
    for (const name of names) await (name === FAMILY.out ? makeFamily(work) : makeModel(name, folder, work, resume));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
});

/** @returns {{ folder: string | undefined, names: string[], resume: boolean }} */
function asked() {
  const all = [...Object.keys(MODELS), FAMILY.out];
  let parsed;
  try {
    parsed = parseArgs({
      allowPositionals: true,
      options: { only: { type: 'string', multiple: true }, resume: { type: 'boolean' } },
    });
  } catch (error) {
    throw new SetupError(/** @type {Error} */ (error).message);
  }
  const [folder, ...more] = parsed.positionals;
  const names = parsed.values.only ?? all;
  const unknown = names.find((name) => !all.includes(name));
  if (unknown) throw new SetupError(`There is no bundled model "${unknown}". There are: ${all.join(', ')}.`);
  if (more.length > 0) throw new SetupError('Name one folder of portraits, and each model after its own --only.');
  if (!folder && names.some((name) => MODELS[name] && !MODELS[name].images.drawn)) {
    throw new SetupError('Name the folder of portraits: npm run train-bundled -- DIR');
  }
  return { folder, names, resume: parsed.values.resume ?? false };
}

/**
 * @param {string} name
 * @param {string | undefined} portraits
 * @param {string} work a folder for what is drawn
 * @param {boolean} resume
 */
async function makeModel(name, portraits, work, resume) {
  const { name: title, images, options } = MODELS[name];
  // A model that is bundled is not replaced by training: this one takes its place when it is whole.
  const out = join(os.tmpdir(), 'latentscape-bundled-models', name);
  const folder = images.drawn ? draw(images.drawn, work) : /** @type {string} */ (portraits);
  say(`${title.en}…`);
  const how = ['--out', out, '--name', title.en, ...options, ...images.options, resume ? '--resume' : '--restart'];
  cli('train', folder, ...how);
  cli('score', out, folder, '--keep');

  const { describeModel, folderSource, forgetNames } = await engine();
  await forgetNames(out);
  const numbers = numbersOf((await folderSource(out)).manifest);
  await describeModel(out, {
    name: title,
    images: images.words(numbers),
    limits: [...images.limits, ...limitsOf(numbers)],
  });
  await rm(join(root, 'models', name), { recursive: true, force: true });
  await cp(out, join(root, 'models', name), { recursive: true });
}

/** @param {string} work */
async function makeFamily(work) {
  const { betas, drawn, measured, options } = FAMILY;
  const folder = draw(drawn, work);
  for (const beta of betas) {
    say(`β = ${beta}…`);
    const how = ['--out', join(work, `beta-${beta}`), '--name', `β = ${beta}`, '--beta', String(beta)];
    cli('train', folder, ...how, ...options);
  }
  say('Measuring the family…');
  const { assembleFamily } = await engine();
  const members = betas.map((beta) => join(work, `beta-${beta}`));
  const faces = { seed: drawn.seed, first: drawn.count, count: measured };
  await assembleFamily(join(root, 'models', FAMILY.out), members, faces);
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
