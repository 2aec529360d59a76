import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Cloud, type Frame, type ModelCard, type ModelListing, UserError } from '../../../../main/contract';
import type { Notices } from '../../../../renderer/state/window/notices.svelte';
import type { ModelList } from '../../../../renderer/state/models/model-list.svelte';
import { Explorer } from '../../../../renderer/state/flight/explorer.svelte';
import { engineOf } from '../engine';

vi.mock('../../../../renderer/i18n/index.svelte', () => ({
  t: (key: string, values?: { reason?: string }) => `${key} ${values?.reason ?? ''}`,
}));
vi.mock('../../../../renderer/platform/preferences', () => ({ recall: () => null, remember: () => undefined }));

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', (frame: (now: number) => void) =>
    setTimeout(() => frame(performance.now()), 16),
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const later = (milliseconds = 2000) => vi.advanceTimersByTimeAsync(milliseconds);

/** Shows latents 0, 1 and 2 of four, one unit a unit, `wide` times as wide. */
const frameOf = (wide: number, shift = 0): Frame => ({
  kind: 'principal',
  origin: new Float32Array([shift, 0, 0, 0]),
  axes: new Float32Array([wide, 0, 0, 0, 0, wide, 0, 0, 0, 0, wide, 0]),
  variance: [0.5, 0.3, 0.1],
  omitted: 0.1,
});

/** Codes of four faces; the first lies nearest to the middle, and each hides something in latent 3. */
const CODES = [
  [0.5, 0, 0, 1],
  [4, 0, 0, 2],
  [0, 8, 0, 3],
  [0, 0, -6, 4],
].flat();

/** A cloud of them; `scale`: of its codes. */
function cloudOf({ scale = 1, count = 4, wide = 1 } = {}): Cloud {
  const codes = Float32Array.from(CODES.slice(0, 4 * count), (value) => scale * value);
  const positions = Float32Array.from({ length: 3 * count }, (_, i) => codes[4 * Math.floor(i / 3) + (i % 3)] / wide);
  return {
    count,
    source: 'codes',
    codes,
    positions,
    frame: frameOf(wide),
    logVar: null,
    names: null,
    thumbnails: { tile: 8, columns: 4, perSheet: 4, sheets: [new Uint8Array()] },
  } as unknown as Cloud;
}

/** A window with these models, by path. They answer after `delays[path]` milliseconds. */
function windowWith(clouds: Record<string, Cloud>, delays: Record<string, number> = {}) {
  const opened: string[] = [];
  const layouts: unknown[] = [];
  const closed: string[] = [];
  const decoded: number[][] = [];
  const failures: string[] = [];
  let ids = 0;
  const engine = engineOf({
    async openModel(path, layout) {
      layouts.push(layout);
      await new Promise((resolve) => setTimeout(resolve, delays[path] ?? 10));
      if (!clouds[path]) throw new UserError('not-found.run');
      const id = `${path}#${++ids}`;
      opened.push(id);
      return { id, card: { path, name: path, latentSize: 4 } as ModelCard };
    },
    closeModel: async (id) => void closed.push(id),
    cloud: async (id) => clouds[id.split('#')[0]],
    decodeLive: async (_, code) => {
      decoded.push([...code]);
      return { count: 1, width: 1, height: 1, data: new Uint8ClampedArray(4), coarse: false };
    },
    decode: async (_, codes) => ({
      count: codes.length / 4,
      width: 1,
      height: 1,
      data: new Uint8ClampedArray(codes.length),
    }),
    typicality: async (_, code) => ({ nearest: Math.abs(Math.round(code[3])) % 4, distance: 1, density: null }),
  });
  const models = {
    refresh: async () => undefined,
    first: () => Object.keys(clouds)[0],
    at: () => undefined,
    counterpartsOf: (path: string) => [{ path }] as ModelListing[],
  } as unknown as ModelList;
  const notices = { failure: (text: string) => failures.push(text) } as unknown as Notices;
  const explorer = new Explorer(engine, models, notices);
  return { explorer, layouts, opened, closed, decoded, failures };
}

const code = (face: number, scale = 1) => CODES.slice(4 * face, 4 * face + 4).map((value) => scale * value);

/** The code of the face shown, rounded. */
const shown = (explorer: Explorer) => [...explorer.live.shown!.code].map((value) => Number(value.toFixed(4)) + 0);

it('opens the first model at its start, with the hidden part of the face in the middle', async () => {
  const { explorer, decoded, opened } = windowWith({ vae: cloudOf() });
  await Promise.all([explorer.reopen(), later()]);
  expect(opened).toEqual(['vae#1']);
  expect([explorer.position, explorer.hidden.anchor, explorer.flight!.middle]).toEqual([[0, 0, 0], 0, 0]);
  expect(decoded.at(-1)).toEqual([0, 0, 0, 1]);
  expect([explorer.live.state, explorer.canSave, explorer.arrived]).toEqual(['live', true, false]);
});

it('arrives at exactly the code of a face that was picked', async () => {
  const { explorer } = windowWith({ vae: cloudOf() });
  await Promise.all([explorer.reopen(), later()]);
  explorer.pick(2);
  expect(explorer.arrived).toBe(false);
  await later();
  expect([explorer.arrived, explorer.position, shown(explorer)]).toEqual([true, [0, 8, 0], code(2)]);
  explorer.pick(99);
  expect(explorer.hidden.anchor).toBe(2);
});

describe('after the engine was started again', () => {
  it('what was steered by hand stays', async () => {
    const { explorer, opened } = windowWith({ vae: cloudOf() });
    await Promise.all([explorer.reopen(), later()]);
    explorer.hidden.steer(Float32Array.of(0, 0, 0, -3));
    await later();
    const before = shown(explorer);
    expect(before).not.toEqual(code(0));
    await Promise.all([explorer.reopen(), later()]);
    expect([opened.length, shown(explorer), explorer.hidden.steered]).toEqual([2, before, true]);
  });

  it('a face is the same one, in whatever frame it was looked at', async () => {
    const { explorer } = windowWith({ vae: cloudOf() });
    await Promise.all([explorer.reopen(), later()]);
    explorer.pick(2);
    await later();
    const { cloud } = explorer.flight!;
    const frame = { ...cloud.frame, kind: 'latents' } as Cloud['frame'];
    explorer.reframe({ ...cloud, frame, positions: cloud.positions.map((x) => x / 2) });
    await later();
    const before = shown(explorer);
    await Promise.all([explorer.reopen(), later()]);
    expect([explorer.flight!.cloud.frame.kind, shown(explorer)]).toEqual(['principal', before]);
  });

  it('a decoder is understood as it was corrected', async () => {
    const { explorer, layouts } = windowWith({ vae: cloudOf() });
    await Promise.all([explorer.open('vae', { range: '-1..1' }), later()]);
    await Promise.all([explorer.reopen(), later()]);
    expect(layouts).toEqual([{ range: '-1..1' }, { range: '-1..1' }]);
  });
});

it('a later opening overtakes an earlier one, whose model is closed again', async () => {
  const { explorer, closed } = windowWith({ slow: cloudOf(), quick: cloudOf() }, { slow: 500 });
  const first = explorer.open('slow');
  await later(50);
  expect(explorer.opening.now?.path).toBe('slow');
  const second = explorer.open('quick');
  await later();
  expect([await first, await second]).toEqual([false, true]);
  expect([explorer.flight!.card.path, explorer.opening.now, closed.map((id) => id.split('#')[0])]).toEqual([
    'quick',
    null,
    ['slow'],
  ]);
});

it('stays where it is when another model cannot be opened, and says why', async () => {
  const { explorer, failures } = windowWith({ vae: cloudOf() });
  await Promise.all([explorer.reopen(), later()]);
  explorer.pick(1);
  await later();
  const [opened] = await Promise.all([explorer.open('nothing'), later()]);
  expect([opened, explorer.flight!.card.path, failures]).toEqual([
    false,
    'vae',
    ['models.failed engine.not-found.run '],
  ]);
  expect(shown(explorer)).toEqual(code(1));
});

it('is at the same face in a model of the same faces, and closes the one before', async () => {
  const { explorer, closed } = windowWith({ ae: cloudOf(), vae: cloudOf({ scale: 10 }) });
  await Promise.all([explorer.reopen(), later()]);
  explorer.pick(2);
  await later();
  await Promise.all([explorer.open('vae'), later()]);
  expect([explorer.hidden.anchor, explorer.position, shown(explorer)]).toEqual([2, [0, 80, 0], code(2, 10)]);
  expect(closed).toEqual(['ae#1']);
});

it('is where it was, back in a model, unless it has moved in the other one', async () => {
  const { explorer } = windowWith({ ae: cloudOf(), vae: cloudOf({ scale: 10, wide: 3 }) });
  await Promise.all([explorer.reopen(), later()]);
  const place = Float32Array.of(1.5, -2, 0.5, -3); // of no face, and with a hidden part of its own
  explorer.goTo(place, null);
  await later();
  const before = shown(explorer);
  expect(before).toEqual([...place]);
  await Promise.all([explorer.open('vae'), later()]);
  expect(shown(explorer)).not.toEqual(before);
  await Promise.all([explorer.open('ae'), later()]);
  expect([shown(explorer), explorer.flight!.card.path]).toEqual([before, 'ae']);

  await Promise.all([explorer.open('vae'), later()]);
  explorer.pick(1);
  await later();
  await Promise.all([explorer.open('ae'), later()]);
  expect(shown(explorer)).toEqual(code(1));
});

it('begins anew in a model of other faces', async () => {
  const { explorer } = windowWith({ ae: cloudOf(), other: cloudOf({ count: 3, scale: 2 }) });
  await Promise.all([explorer.reopen(), later()]);
  explorer.pick(2);
  await later();
  await Promise.all([explorer.open('other'), later()]);
  expect([explorer.hidden.anchor, explorer.position, explorer.visits.canGoBack]).toEqual([0, [0, 0, 0], false]);
});

it('stays in place when the engine was started again', async () => {
  const { explorer } = windowWith({ vae: cloudOf() });
  await Promise.all([explorer.reopen(), later()]);
  explorer.pick(3);
  await later();
  const { pose } = explorer.scene.viewpoint;
  await Promise.all([explorer.reopen(), later()]);
  expect(explorer.flight!.id).toBe('vae#2');
  expect([explorer.scene.viewpoint.pose, explorer.hidden.anchor, shown(explorer)]).toEqual([pose, 3, code(3)]);
  expect(explorer.live.shown!.model).toBe('vae#2');
  expect(explorer.visits.canGoBack).toBe(true);
});

it('shows the same face in another frame, wherever it lies there', async () => {
  const { explorer, decoded } = windowWith({ vae: cloudOf() });
  await Promise.all([explorer.reopen(), later()]);
  explorer.pick(1);
  await later();
  explorer.hidden.steer(explorer.hidden.now.map((value) => value + 0.5));
  await later();
  const before = shown(explorer);
  const { positions } = cloudOf({ wide: 2 });
  explorer.reframe({ ...cloudOf({ wide: 2 }), frame: frameOf(2), positions });
  await later();
  expect(explorer.position).not.toEqual([4, 0, 0]);
  expect([shown(explorer), explorer.hidden.steered]).toEqual([before, false]);
  expect(decoded.at(-1)!.map((value) => Number(value.toFixed(4)))).toEqual(before);
});

it('decodes nothing on the way to another frame but the face it will show there', async () => {
  const { explorer, decoded } = windowWith({ vae: cloudOf() });
  await Promise.all([explorer.reopen(), later()]);
  explorer.pick(1);
  await later();
  const { scene } = explorer;
  scene.viewpoint.reducedMotion = false;
  decoded.length = 0;
  const wide = cloudOf({ wide: 2 });
  explorer.reframe({ ...wide, frame: frameOf(2) });
  scene.viewpoint.carry(wide.positions, scene.viewpoint.scale, [2, 0, 0], 0.9);
  const from = explorer.position;
  for (let n = 0; n < 30; n++) {
    scene.viewpoint.step(1 / 60);
    await later(16);
  }
  expect(explorer.position).not.toEqual(from);
  expect(explorer.position).not.toEqual([2, 0, 0]);
  expect(decoded.filter((sent) => sent.join() !== code(1).join())).toEqual([]);
});

it('goes back to where it came to rest, and forward again, hidden part included', async () => {
  const { explorer } = windowWith({ vae: cloudOf() });
  await Promise.all([explorer.reopen(), later()]);
  expect(explorer.visits.canGoBack).toBe(false);
  explorer.pick(1);
  await later();
  explorer.pick(2);
  await later();
  explorer.back();
  await later();
  expect([shown(explorer), explorer.hidden.anchor, explorer.visits.canGoForward]).toEqual([code(1), 1, true]);
  explorer.forward();
  await later();
  expect(shown(explorer)).toEqual(code(2));
});

it('flies to any code, and knows when its hidden part is not that of the face it is said to be', async () => {
  const { explorer } = windowWith({ vae: cloudOf() });
  await Promise.all([explorer.reopen(), later()]);
  explorer.goTo(new Float32Array([1, 2, 3, 9]), 1);
  expect(explorer.hidden.steered).toBe(true);
  await later();
  expect([shown(explorer), explorer.arrived]).toEqual([[1, 2, 3, 9], false]);
  explorer.hidden.unsteer();
  await later();
  expect(shown(explorer)).toEqual([1, 2, 3, 2]);
  explorer.goTo(new Float32Array(code(3)), 3);
  await later();
  expect([shown(explorer), explorer.hidden.steered, explorer.arrived]).toEqual([code(3), false, true]);
});

it('comes home to the face in the middle, and flies out of the data', async () => {
  const { explorer } = windowWith({ vae: cloudOf() });
  await Promise.all([explorer.reopen(), later()]);
  explorer.pick(2);
  await later();
  explorer.home();
  await later();
  expect([explorer.position, explorer.hidden.anchor]).toEqual([[0, 0, 0], 0]);
  explorer.flyOut();
  await later();
  expect(Math.hypot(...explorer.position)).toBeGreaterThan(8);
});

it('tells what is nearest at the reticle', async () => {
  const { explorer } = windowWith({ vae: cloudOf() });
  await Promise.all([explorer.reopen(), later()]);
  explorer.pick(2);
  await later();
  expect(explorer.nearest).toEqual({ index: 3, distance: 1 });
  expect(explorer.counterparts).toEqual([{ path: 'vae' }]);
});
