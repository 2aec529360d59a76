/** The commands, their options, and how they end. */
import { Command, CommanderError, Option } from 'commander';
import packageJson from '../../package.json';
import { type Failure, MOTIFS, UserError } from '../contract';
import { DEFAULT_SETTINGS, PRESETS } from '../engine/runs';
import { DEFAULT_IMPORTANCE_SAMPLES } from '../engine/scores';
import { arithmetic, type ArithmeticOptions } from './arithmetic';
import { assemble } from './assemble';
import { listDataSets, TAKES } from './data-sets';
import { decode } from './decode';
import { encode } from './encode';
import { direction, type DirectionOptions } from './direction';
import { holes } from './holes';
import { importFolder, type ImportOptions } from './import';
import { addLayout, type LayoutOptions } from './layout';
import { experiment, type ExperimentOptions } from './experiment';
import { COLLECTIONS, exportFaces, type ExportOptions } from './export';
import { faces } from './faces';
import { film } from './film';
import { info } from './info';
import { interpolate, type InterpolateOptions, PATHS } from './interpolate';
import { Output, type Streams } from './output';
import { prepare, type PrepareOptions } from './prepare';
import { project } from './project';
import { sample, type SampleOptions } from './sample';
import { score, type ScoreOptions } from './score';
import { fromPreset, train, type TrainOptions } from './train';
import { addTuning, number } from './tuning';

/**
 * Runs one command.
 * @param args without the program's own name
 * @returns the exit code: 0 only on success; 1 after a failure, which was told in a sentence; 128 and more after a signal
 */
export async function run(args: string[], streams: Streams = process): Promise<number> {
  const output = new Output(streams, args.includes('--json'));
  let exitCode = 0;
  const program = describe(output, streams, (code) => (exitCode = code));
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0; // help or version
    output.failed(failureOf(error));
    return 1;
  }
}

function failureOf(error: unknown): Pick<Failure, 'code' | 'message'> {
  if (error instanceof UserError) return error;
  if (error instanceof CommanderError) {
    const reason = error.code === 'commander.help' ? 'give a command' : error.message.replace(/^error: |\.$/g, '');
    return { code: 'bad-settings', message: `${reason[0].toUpperCase()}${reason.slice(1)}. See --help.` };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message: `Something went wrong inside Latentscape: ${detail}. Please report it.` };
}

function describe(output: Output, streams: Streams, setExitCode: (code: number) => void): Command {
  const program = new Command('latentscape')
    .description('Train autoencoders on a folder of faces, and explore what they have learned.')
    .version(packageJson.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      // Errors are told once, at the end; what commander writes beside them is the usage when no command was given.
      writeErr: (text) => !output.json && text.startsWith('Usage') && streams.stderr.write(text),
      outputError: () => {},
    });
  const command = (usage: string, description: string) =>
    program.command(usage).description(description).option('--json', 'print one JSON object per line');

  const trainCommand = command('train', 'train a model on a folder of images')
    .argument('<DIR>', 'the folder of images, with its subfolders, or the name of a kept data set')
    .addOption(new Option('--kind <kind>', 'what to train').choices(['ae', 'vae', 'rae']).makeOptionMandatory())
    .requiredOption('--out <M>', "the model's folder; a model already there is replaced when the new one is complete")
    .addOption(
      new Option('--preset <name>', 'published settings; options given here override them').choices(
        Object.keys(PRESETS),
      ),
    )
    .option('--name <name>', "the model's name (default: the folder's)")
    .option('--size <pixels>', 'pixels across, a multiple of 16', number, DEFAULT_SETTINGS.imageSize)
    .option('--height <pixels>', 'pixels down, a multiple of 16 (default: as across)', number)
    .option('--latent <numbers>', 'numbers in a code', number, DEFAULT_SETTINGS.latentSize)
    .option('--epochs <count>', 'passes over all images', number, DEFAULT_SETTINGS.epochs)
    .option('--batch <images>', 'images per step', number, DEFAULT_SETTINGS.batchSize)
    .option('--beta <weight>', 'weight of the KL term (VAE)', number, DEFAULT_SETTINGS.beta)
    .option('--learning-rate <rate>', 'step size of Adam', number, DEFAULT_SETTINGS.learningRate)
    .option('--seed <number>', 'the same seed and images give the same model', number, DEFAULT_SETTINGS.seed)
    .option('--no-align', 'crop the middle of each image instead of finding the face')
    .addOption(new Option('--motif <what>', 'what the images show, and are called by (default: faces)').choices(MOTIFS))
    .addOption(takeOption())
    .option('--leave-out <list.txt>', 'files that are not trained on, one name a line, relative to the folder')
    .option('--from <MODEL>', 'start from a model of ours: its networks, its weights, its way of finding faces')
    .option('--resume', 'continue the unfinished run of M with its own settings, or start one')
    .option('--restart', 'discard the unfinished run of M and start over');
  addTuning(trainCommand).action(async (folder: string, options: TrainOptions, self: Command) => {
    setExitCode(await train(folder, { ...options, ...fromPreset(self) }, typedIn(self), output));
  });

  addLayout(command('info', 'show what a model is and how it was trained'))
    .argument('<M>', MODEL)
    .action((model: string, options: LayoutOptions) => info(model, options, output));

  addLayout(command('encode', 'encode a folder of images as a NumPy array'))
    .argument('<M>', MODEL)
    .argument('<DIR>', 'the folder of images')
    .requiredOption('--out <codes.npy>', 'the file to write, float32 [images, latent size], images sorted by name')
    .action((model: string, folder: string, options: { out: string } & LayoutOptions) =>
      encode(model, folder, options, output),
    );

  addLayout(command('decode', 'decode each code of a NumPy array to an image'))
    .argument('<M>', MODEL)
    .requiredOption('--codes <codes.npy>', 'codes, [count, latent size]')
    .requiredOption('--out <DIR>', 'the folder to write PNG files to, numbered from 1')
    .action((model: string, options: { codes: string; out: string }) => decode(model, options, output));

  addLayout(command('sample', 'decode codes drawn at random'))
    .argument('<M>', MODEL)
    .option('--count <images>', 'how many', number, 64)
    .addOption(
      new Option(
        '--from <distribution>',
        'the prior N(0, I), or a Gaussian mixture fitted to the codes of the training images',
      )
        .choices(['prior', 'mixture'])
        .default('prior'),
    )
    .option('--seed <number>', 'the same seed gives the same codes', number, 1)
    .requiredOption('--out <sheet.png>', 'the picture to write: .png, .jpg or .webp')
    .action((model: string, options: SampleOptions) => sample(model, options, output));

  addLayout(command('interpolate', 'draw the faces on the way from one image to another'))
    .argument('<M>', MODEL)
    .argument('<A>', 'image file')
    .argument('<B>', 'image file')
    .option('--steps <images>', 'how many, both ends included', number, 9)
    .addOption(
      new Option('--path <kind>', 'the path between their codes').choices(PATHS).default('straight', 'a straight line'),
    )
    .requiredOption('--out <strip.png>', 'the picture to write: .png, .jpg or .webp')
    .action((model: string, a: string, b: string, options: InterpolateOptions) =>
      interpolate(model, [a, b], options, output),
    );

  command('film', 'animate what a model made of the same faces while it was trained')
    .argument('<M>', MODEL)
    .option('--fps <frames>', 'frames a second', number, 6)
    .requiredOption('--out <FILE>', 'film.webp or film.gif: reconstructions above, draws from the prior below')
    .action((model: string, options: { out: string; fps: number }) => film(model, options, output));

  addLayout(command('score', 'measure how well a model does'))
    .argument('<M>', MODEL)
    .argument('[DIR]', 'the folder it was trained on (its held-out images are found again), or another one')
    .option(
      '--iwae <samples>',
      'importance samples per image for the tighter bound (VAE), up to 5000',
      number,
      DEFAULT_IMPORTANCE_SAMPLES,
    )
    .option('--keep', 'save the scores in the model, so that they are shown with it')
    .action((model: string, folder: string | undefined, options: ScoreOptions, self: Command) =>
      score(model, folder, options, typedIn(self), output).then(setExitCode),
    );

  command('faces', 'draw synthetic faces, with the factors of each')
    .option('--count <faces>', 'how many', number, 1000)
    .option('--seed <number>', 'the same seed gives the same faces', number, 1)
    .option('--size <pixels>', 'pixels per side', number, DEFAULT_SETTINGS.imageSize)
    .requiredOption('--out <DIR>', 'the folder to write PNG files and factors.csv to')
    .action(async (options: { count: number; seed: number; size: number; out: string }) =>
      setExitCode(await faces(options, output)),
    );

  command('experiment', 'train AE, VAE and RAE on synthetic faces, compare them, and write a report with figures')
    .option('--quick', 'a few minutes')
    .option('--full', 'more code sizes and data set sizes, and larger networks: most of an hour')
    .option('--seed <number>', 'the same seed gives the same numbers', number, 1)
    .option(
      '--out <DIR>',
      'the folder to write; an interrupted experiment continues (default: experiment-quick or -full)',
    )
    .action(async (options: ExperimentOptions) => setExitCode(await experiment(options, output)));

  command('prepare', 'write the pixels that train would see, to train with PyTorch (scripts/torch)')
    .argument('<DIR>', 'the folder of images, or the name of a kept data set')
    .requiredOption('--out <DATA>', 'the folder to write')
    .option('--size <pixels>', 'pixels across, a multiple of 16', number, DEFAULT_SETTINGS.imageSize)
    .option('--height <pixels>', 'pixels down, a multiple of 16 (default: as across)', number)
    .option('--no-align', 'crop the middle of each image instead of finding the face')
    .addOption(takeOption())
    .option('--leave-out <list.txt>', 'files that are left out, one name a line, relative to the folder')
    .option(
      '--from <MODEL>',
      'as the images of a model that training is to start from: their size, its way of finding faces',
    )
    .action(async (folder: string, options: PrepareOptions, self: Command) =>
      setExitCode(await prepare(folder, options, typedIn(self), output)),
    );

  command('assemble', 'make a model of what was trained with PyTorch (scripts/torch)')
    .argument('<RUN>', 'the folder with its weights')
    .requiredOption('--data <DATA>', 'the prepared images it was trained on')
    .requiredOption('--out <M>', "the model's folder")
    .action((run: string, options: { data: string; out: string }) => assemble(run, options, output));

  command('holes', 'measure holes in the space around the faces: re-encoding drift and density on a grid')
    .argument('<M>', MODEL)
    .option('--side <points>', 'points per side of the grid: 3, 5, 9, 17, 33 or 65', number, 17)
    .option('--radius <units>', "half the cube's side in scene units (default: twice the cloud's)", number)
    .requiredOption('--out <FILE>', 'holes.csv or holes.npy: one row per point with x, y, z, drift and log-density')
    .action((model: string, options: { side: number; radius?: number; out: string }) => holes(model, options, output));

  addLayout(command('export', "write a model's faces as numbers, pictures, or what another program opens"))
    .argument('<M>', MODEL)
    .option('--codes <codes.npy>', 'these codes instead of those that the model shows')
    .option('--count <faces>', 'only the first ones', number)
    .addOption(
      new Option('--as <what>', 'what a .zip holds: pictures, or what TensorBoard or Embedding Atlas open')
        .choices(COLLECTIONS)
        .default('pictures'),
    )
    .option('--size <pixels>', 'pixels per side of a face in a picture (default: as it is)', number)
    .option('--fps <frames>', 'frames a second of a .gif', number, 12)
    .requiredOption(
      '--out <FILE>',
      'codes as .npy, .csv, .parquet or .safetensors; a sheet as .png, .jpg or .webp; a film as .gif; a .zip',
    )
    .action(async (model: string, options: ExportOptions, self: Command) =>
      setExitCode(await exportFaces(model, options, typedIn(self), output)),
    );

  command('import', 'show what training would see of a folder of images, and what it would leave out')
    .argument('<DIR>', 'the folder of images, or the name of a kept data set')
    .option('--size <pixels>', 'pixels per side', number, DEFAULT_SETTINGS.imageSize)
    .option('--no-align', 'crop the middle of each image instead of finding the face')
    .addOption(takeOption())
    .option('--height <pixels>', 'pixels down, a multiple of 16 (default: as across)', number)
    .option('--keep [name]', 'keep it as a data set (default name: what it has, or that of the folder)')
    .action(async (folder: string, options: ImportOptions) => setExitCode(await importFolder(folder, options, output)));

  command('data-sets', 'list the data sets that are kept: import, train and prepare take their names').action(() =>
    listDataSets(output),
  );

  addLayout(command('project', 'find the place of a photo in the space'))
    .argument('<M>', MODEL)
    .argument('<PHOTO>', 'image file')
    .requiredOption('--out <FILE>', 'face.png, .jpg or .webp: the photo as the model sees it; code.npy: its code')
    .action((model: string, photo: string, options: { out: string } & LayoutOptions) =>
      project(model, photo, options, output),
    );

  addLayout(command('direction', 'find the direction in which a trait changes'))
    .argument('<M>', MODEL)
    .requiredOption('--with <DIR>', 'a folder of images with the trait')
    .requiredOption('--without <DIR>', 'a folder of images without it')
    .requiredOption('--out <direction.npy>', 'the file to write, float32 [1, latent size]')
    .action((model: string, options: DirectionOptions) => direction(model, options, output));

  const images = (file: string, before: string[]) => [...before, file];
  addLayout(command('arithmetic', 'add and subtract faces: A − B + C'))
    .argument('<M>', MODEL)
    .argument('<A>', 'image file')
    .option('--minus <B>', 'image file; of several, their mean is subtracted', images, [])
    .option('--plus <C>', 'image file; of several, their mean is added', images, [])
    .requiredOption('--out <FILE>', 'face.png, .jpg or .webp: the result decoded; code.npy: its code')
    .action((model: string, a: string, options: ArithmeticOptions) => arithmetic(model, a, options, output));
  return program;
}

/** Options that were given, not left to their defaults. */
const typedIn = (command: Command): ReadonlySet<string> =>
  new Set(Object.keys(command.opts()).filter((name) => command.getOptionValueSource(name) === 'cli'));

const takeOption = () =>
  new Option(
    '--take <part>',
    'of each image: its face, its middle, or where there is most to see (default: the face, where there are faces)',
  )
    .choices(TAKES)
    .conflicts('align');

const MODEL = 'a model: its folder, the folder zipped, or an ONNX decoder';
