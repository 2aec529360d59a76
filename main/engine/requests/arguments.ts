/**
 * What each request of the contract may be given. Types end where a message arrives: whatever is asked is checked here, by
 * kind, range and length, before anything is done with it. What depends on the open model is checked where the model is known.
 */
import * as v from 'valibot';
import { curationSchema } from '../images';
import {
  type DecoderLayout,
  type EngineApi,
  type Frame,
  type FrameChoice,
  type HoleMap,
  type HoleMapArguments,
  UserError,
} from '../../contract';

type Schemas = { [Name in keyof EngineApi]: v.GenericSchema<unknown, Parameters<EngineApi[Name]>> };

/** Numbers in one array: far above any cloud of faces, far below what would exhaust the process. */
const MOST_NUMBERS = 5e7;

/** Characters: some hours of recorded flights. */
const LONGEST_SESSION = 2 ** 26;

const finite = v.pipe(v.number(), v.finite());
const whole = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const seed = whole(0, 2 ** 31 - 1);
const text = (most: number) => v.pipe(v.string(), v.nonEmpty(), v.maxLength(most));
const id = text(100);
/** No file system has longer ones, and none takes a NUL. */
const file = v.pipe(text(32_767), v.regex(/^[^\0]*$/, 'a path without a NUL'));
const files = v.pipe(v.array(file), v.maxLength(10_000));
const floats = (most = MOST_NUMBERS) =>
  v.pipe(
    v.instance(Float32Array),
    v.check(({ length }) => length <= most, `at most ${most} numbers`),
    v.check((values) => values.every(Number.isFinite), 'finite numbers'),
  );
const point = v.strictTuple([finite, finite, finite]);

const layout = v.object({
  order: v.picklist(['NCHW', 'NHWC', 'flat']),
  width: whole(1, 65_536),
  height: whole(1, 65_536),
  channels: v.picklist([1, 3]),
  alpha: v.boolean(),
  colours: v.picklist(['RGB', 'BGR']),
  range: v.picklist(['0..1', '-1..1', '0..255', 'logits', 'imagenet']),
  input: text(1000),
  output: text(1000),
  extraInputs: v.record(text(1000), finite),
} satisfies Record<keyof DecoderLayout, v.GenericSchema>);

const frame: v.GenericSchema<unknown, Frame> = v.variant('kind', [
  v.object({
    kind: v.picklist(['principal', 'latents', 'faces', 'attributes']),
    origin: floats(),
    axes: floats(),
    variance: point,
    omitted: finite,
  }),
  v.object({ kind: v.literal('layout'), codes: floats(), positions: floats(), omitted: finite }),
]);

const place = whole(0, 1e9);
const choice: v.GenericSchema<unknown, FrameChoice> = v.variant('kind', [
  v.object({ kind: v.literal('principal') }),
  v.object({ kind: v.literal('latents'), latents: v.strictTuple([place, place, place]) }),
  v.object({ kind: v.literal('faces'), faces: v.strictTuple([place, place, place, place]) }),
  v.object({
    kind: v.literal('attributes'),
    directions: v.pipe(v.array(floats()), v.minLength(1), v.maxLength(3)),
  }),
  v.object({ kind: v.literal('layout') }),
]);

const cube = { centre: point, radius: v.pipe(finite, v.gtValue(0)), side: v.picklist([3, 5, 9, 17, 33, 65]) };
const holeMapArguments: v.GenericSchema<unknown, HoleMapArguments> = v.object({
  ...cube,
  frame,
  hidden: v.optional(floats()),
});
const readings = v.nullable(v.pipe(v.instance(Float32Array), v.maxLength(65 ** 3)));
const holeMap: v.GenericSchema<unknown, HoleMap> = v.pipe(
  v.object({ ...cube, drift: readings, density: readings }),
  v.check(
    ({ side, drift, density }) => [drift, density].every((each) => !each || each.length === side ** 3),
    'side³ readings',
  ),
);

const bookmark = v.object({
  id,
  name: v.pipe(v.string(), v.maxLength(200)),
  code: v.pipe(v.array(finite), v.maxLength(1e6)),
  anchor: v.nullable(place),
  view: v.object({ yaw: finite, pitch: finite, reach: v.pipe(finite, v.gtValue(0)) }),
});
const group = v.object({
  id,
  name: text(80),
  colour: whole(0, 1000),
  hidden: v.boolean(),
  faces: v.pipe(v.instance(Uint32Array), v.minLength(1), v.maxLength(MOST_NUMBERS)),
});
const traitSides = {
  withIt: v.pipe(v.instance(Uint32Array), v.minLength(1), v.maxLength(MOST_NUMBERS)),
  without: v.pipe(v.instance(Uint32Array), v.maxLength(MOST_NUMBERS)),
};
const trait = v.object({ id, name: text(80), ...traitSides });
const ids = v.pipe(v.array(id), v.maxLength(10_000));
const change = <const Entry extends v.GenericSchema>(entry: Entry) =>
  v.object({ put: v.pipe(v.array(entry), v.maxLength(10_000)), remove: ids, order: ids });

const bytes = v.pipe(v.instance(Uint8Array), v.maxLength(2 ** 29));
const pictureFormat = v.picklist(['png', 'jpg', 'webp']);
const names = v.pipe(v.array(v.pipe(v.string(), v.maxLength(32_767))), v.maxLength(1e6));
const occasion = v.object({ seed: v.optional(v.nullable(seed)), frame: v.optional(v.nullable(choice)) });

/** Settings have a check of their own, which names each one that is out of its range. */
const settings = <Settings>() =>
  v.custom<Settings>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'settings');

const modelName = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(200));

/** It names a file. */
const dataSet = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, 'the id of a data set'));
const none = v.strictTuple([]);
const model = v.strictTuple([id]);
const code = v.strictTuple([id, floats()]);

const SCHEMAS: Schemas = {
  listModels: none,
  openModel: v.strictTuple([file, v.optional(v.partial(layout))]),
  cancelOpening: none,
  closeModel: model,
  bundleModel: model,
  mosaic: v.strictTuple([file]),
  renameModel: v.strictTuple([file, modelName]),
  duplicateModel: v.strictTuple([file, modelName]),
  removeModel: v.strictTuple([file]),
  takeBackModel: model,
  showModel: v.strictTuple([file]),
  compare: v.strictTuple([id, files]),

  decode: code,
  decodeLive: code,
  encodeFiles: v.strictTuple([id, files]),

  frame: v.strictTuple([id, choice]),
  cloud: model,
  typicality: code,
  neighbours: v.strictTuple([id, floats(), whole(1, 200)]),
  faceGroups: model,
  changeFaceGroups: v.strictTuple([id, change(group)]),

  holeScale: model,
  holeReading: code,
  holeMap: v.strictTuple([id, holeMapArguments]),
  cancelHoleMap: model,
  holeFile: v.strictTuple([holeMap, v.picklist(['csv', 'npy'])]),

  traits: model,
  changeTraits: v.strictTuple([id, change(trait)]),
  suggestedTraits: model,
  factors: model,
  measureTraits: v.strictTuple([id, v.pipe(v.array(v.object(traitSides)), v.maxLength(100))]),

  drawFaces: v.strictTuple([
    id,
    v.object({
      from: v.nullable(v.picklist(['prior', 'mixture'])),
      count: whole(1, 256),
      seed,
      plausible: v.boolean(),
    }),
  ]),

  tracePath: v.strictTuple([id, v.picklist(['straight', 'spherical', 'smooth', 'geodesic']), floats(), whole(2, 3600)]),
  lookAtPhoto: v.strictTuple([id, v.pipe(v.instance(Uint8Array), v.maxLength(2 ** 26)), text(1000)]),
  projectPhoto: v.strictTuple([
    id,
    v.object({ left: finite, top: finite, side: v.pipe(finite, v.minValue(0.01), v.maxValue(10)) }),
  ]),
  cancelPhoto: model,
  keepPhoto: v.strictTuple([id, text(80)]),
  photos: model,
  forgetPhoto: v.strictTuple([id, id]),
  takeBackPhoto: v.strictTuple([id, id]),

  cancelPaths: model,
  bookmarks: model,
  changeBookmarks: v.strictTuple([id, change(bookmark)]),

  picture: v.strictTuple([id, floats(), v.object({ format: pictureFormat, size: whole(8, 4096) }), occasion]),
  viewPicture: v.strictTuple([id, bytes, floats(), pictureFormat, occasion]),
  enlarged: v.strictTuple([id, floats(), whole(8, 4096)]),
  contactSheet: v.strictTuple([
    id,
    floats(),
    v.object({ format: pictureFormat, size: whole(8, 1024), columns: whole(1, 4096), gap: whole(0, 64) }),
    occasion,
  ]),
  movingPicture: v.strictTuple([
    id,
    floats(),
    v.object({
      format: v.picklist(['webp', 'gif']),
      size: whole(8, 1024),
      fps: finite,
      loop: v.picklist(['forever', 'there-and-back', 'once']),
    }),
    occasion,
  ]),
  codesFile: v.strictTuple([id, floats(), v.nullable(names), v.picklist(['npy', 'csv', 'parquet', 'safetensors'])]),
  collection: v.strictTuple([
    id,
    floats(),
    names,
    floats(),
    v.picklist(['pictures', 'tensorboard', 'embedding-atlas']),
  ]),
  cancelExport: model,
  provenancePacket: v.strictTuple([id, floats(), occasion]),
  provenance: v.strictTuple([bytes]),

  trainingFilm: model,
  boundLatest: code,
  scores: model,
  score: v.strictTuple([id, v.nullable(file)]),
  fitMixture: model,
  cancelScore: model,
  samples: v.strictTuple([id, v.picklist(['prior', 'mixture']), whole(1, 256), seed]),
  betaFamily: v.strictTuple([seed]),

  settings: none,
  changeSettings: v.strictTuple([
    v.partial(v.strictObject({ threads: v.nullable(whole(1, 1024)), device: v.picklist(['cpu', 'gpu']) })),
  ]),
  about: none,
  licences: none,
  showAppFolder: v.strictTuple([v.picklist(['home', 'models'])]),

  keptSession: none,
  keepSession: v.strictTuple([text(LONGEST_SESSION)]),

  listFolder: v.strictTuple([v.optional(file)]),
  inspectFolder: v.strictTuple([
    file,
    whole(8, 1024),
    v.boolean(),
    v.optional(curationSchema),
    v.optional(whole(8, 1024)),
  ]),
  curateFolder: v.strictTuple([
    file,
    whole(8, 1024),
    v.boolean(),
    v.picklist(['centre', 'attention']),
    v.optional(whole(8, 1024)),
  ]),
  imageIn: v.strictTuple([file, file]),
  cancelCuration: none,
  dataSets: none,
  openDataSet: v.strictTuple([file]),
  keepDataSet: v.strictTuple([dataSet, v.partial(v.object({ name: text(200), curation: v.nullable(curationSchema) }))]),
  forgetDataSet: v.strictTuple([dataSet]),
  takeBackDataSet: model,
  beginDrop: v.strictTuple([
    text(1000),
    v.pipe(v.array(v.object({ name: file, size: whole(0, Number.MAX_SAFE_INTEGER) })), v.maxLength(1e6)),
  ]),
  dropBytes: v.strictTuple([id, v.pipe(v.instance(Uint8Array), v.maxLength(2 ** 26))]),
  endDrop: model,
  cancelDrop: model,
  unpack: v.strictTuple([file]),
  syntheticFaces: v.strictTuple([finite, finite, finite]), // its own check says each range
  cancelSyntheticFaces: none,

  graphicsCard: none,
  startingNetwork: v.strictTuple([file]),
  estimateRun: v.strictTuple([settings<Parameters<EngineApi['estimateRun']>[0]>(), whole(4, 1e9), v.picklist([1, 3])]),
  startTraining: v.strictTuple([
    v.pipe(
      settings<Parameters<EngineApi['startTraining']>[0]>(),
      v.check(
        ({ out, images, from }) => [out, images, from].every((each) => each === undefined || v.is(file, each)),
        'paths',
      ),
    ),
  ]),
  pauseTraining: model,
  resumeTraining: model,
  stopTraining: model,
  cancelTraining: model,
  runs: none,
  unfinishedRuns: none,
  continueTraining: v.strictTuple([
    file,
    v.optional(settings<NonNullable<Parameters<EngineApi['continueTraining']>[1]>>()),
  ]),
  discardTraining: v.strictTuple([file]),
};

/** The same requests, each of which rejects with `bad-settings` what it may not be given. */
export function checked(api: EngineApi): EngineApi {
  const methods = Object.entries(api as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>);
  return Object.fromEntries(
    methods.map(([name, method]) => [name, async (...args: unknown[]) => method(...argumentsOf(name, args))]),
  ) as unknown as EngineApi;
}

/** @throws UserError `bad-settings` */
function argumentsOf(name: string, args: unknown[]): unknown[] {
  // what was left out and what is undefined are one; messages carry both
  const given = args.slice(0, args.findLastIndex((each) => each !== undefined) + 1);
  const result = v.safeParse(SCHEMAS[name as keyof EngineApi], given);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const [argument, ...below] = v.getDotPath(issue)?.split('.') ?? [];
  const where = argument === undefined ? 'its arguments' : ['argument ' + (Number(argument) + 1), ...below].join('.');
  throw new UserError('bad-settings.arguments', { request: name, where, why: issue.message });
}
