import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineApi, TrainingSettings } from '../../../main/contract';
import { NAMED_PATHS, Vouched } from '../../../main/engine/vouched';

const [HOME, MODELS] = [resolve('/home/app'), resolve('/opt/models')];
let asked: unknown[][];
let vouched: Vouched;
let engine: EngineApi;

beforeEach(() => {
  asked = [];
  vouched = new Vouched({ home: HOME, models: MODELS });
  const record = (...args: unknown[]) => (asked.push(args), Promise.resolve());
  engine = vouched.guard({
    ...(Object.fromEntries(Object.keys(NAMED_PATHS).map((name) => [name, record])) as unknown as EngineApi),
    listModels: vi.fn(async () => [{ path: resolve('/elsewhere/recent.onnx') }] as never),
    unfinishedRuns: vi.fn(async () => [{ out: resolve('/elsewhere/half-done') }] as never),
    dataSets: vi.fn(async () => []),
  });
});

const settings = (images: string, out?: string) => ({ images, out }) as TrainingSettings;

describe('a path that a window names', () => {
  it('is taken when it was chosen, is inside of what was chosen, or is the app’s own', async () => {
    vouched.add('/faces');
    vouched.add('/other/model.onnx');
    for (const path of ['/faces', '/faces/a/b', '/other/model.onnx', `${HOME}/models/mine`, `${MODELS}/faces-vae`]) {
      await engine.openModel(path);
    }
    await engine.openModel('/elsewhere/recent.onnx');
    await engine.continueTraining('/elsewhere/half-done');
    await engine.startTraining(settings('/faces'));
    await engine.score('m', null);
    expect(asked).toHaveLength(9);
  });

  it('is refused otherwise, whichever request names it', async () => {
    vouched.add('/faces');
    const refused = [
      engine.openModel('/etc/passwd'),
      engine.openModel(`/faces${sep}..${sep}etc`),
      engine.openModel('/faces-of-others'),
      engine.openModel('relative.onnx'),
      engine.encodeFiles('m', ['/faces/a.png', '/root/b.png']),
      engine.inspectFolder('/root', 64, true),
      engine.listFolder(),
      engine.compare('m', ['/root']),
      engine.score('m', '/root'),
      engine.startTraining(settings('/root')),
      engine.startTraining(settings('/faces', '/root/out')),
      engine.startTraining({ ...settings('/faces'), from: '/root/model' }),
      engine.startingNetwork('/root/model'),
      engine.continueTraining('/root'),
      engine.discardTraining('/elsewhere'),
    ];
    for (const each of refused) await expect(each).rejects.toMatchObject({ code: 'no-access' });
    expect(asked).toEqual([]);
  });
});

it('every request of the contract that names a path is looked at', () => {
  const folder = join(import.meta.dirname, '../../../main/contract');
  const sources = readdirSync(folder)
    .filter((file) => file !== 'host.ts')
    .map((file) => readFileSync(join(folder, file), 'utf8'));
  const requests = sources.flatMap((source) => [
    ...source.matchAll(/^ {2}(\w+)\(([^)]*\b(?:paths?|folder|file|files|out|images|settings)\b[^)]*)\): Promise</gm),
  ]);
  const names = requests.map(([, name]) => name).filter((name) => name !== 'holeFile' && name !== 'provenance');
  expect(names.length).toBeGreaterThanOrEqual(9);
  expect(names.filter((name) => !(name in NAMED_PATHS))).toEqual([]);
});
