import { beforeAll, expect, it, vi } from 'vitest';
import { type EngineApi, type ModelListing, UserError } from '../../../../main/contract';
import type { Notices } from '../../../../renderer/state/window/notices.svelte';
import { engineOf } from '../engine';

const model = (path: string, kind: ModelListing['kind'], origin: ModelListing['origin']): ModelListing => ({
  path,
  name: path,
  kind,
  motif: 'faces',
  latentSize: 32,
  imageSize: 64,
  origin,
  film: false,
  images: null,
  seconds: null,
  validationMse: null,
});
const kept: Record<string, string> = {};

/** Imported once there is something like a window. */
const newList = async (answers: Partial<EngineApi>) =>
  new (await import('../../../../renderer/state/models/model-list.svelte')).ModelList(engineOf(answers), {} as Notices);

beforeAll(() => {
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, value: string) => void (kept[key] = value),
  });
  vi.stubGlobal('document', { documentElement: {} });
  vi.stubGlobal('location', { protocol: 'app:' });
  vi.stubGlobal('navigator', { language: 'en' });
});

it('begins with the model flown last while it is there, else with the VAE that comes with the app', async () => {
  const listed = [model('ae', 'ae', 'bundled'), model('mine', 'vae', 'library'), model('vae', 'vae', 'bundled')];
  const list = await newList({ listModels: async () => listed });
  expect(list.first()).toBeUndefined();
  await list.refresh();
  expect(list.first()).toBe('vae');
  expect(list.first('mine')).toBe('mine');
  expect(list.first('gone')).toBe('vae');
});

it('keeps what it knew when it cannot be read again, and says why', async () => {
  let works = true;
  const listModels = async () => {
    if (!works) throw new UserError('not-found.run');
    return [model('ae', 'ae', 'bundled')];
  };
  const list = await newList({ listModels });
  await list.refresh();
  works = false;
  await list.refresh();
  expect(list.all).toHaveLength(1);
  expect(list.failure).toMatch(/^The list of models could not be read\./);
  works = true;
  await list.refresh();
  expect(list.failure).toBeNull();
});
