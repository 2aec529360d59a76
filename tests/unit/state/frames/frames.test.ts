import { expect, it, vi } from 'vitest';
import type { FrameChoice, FramedCloud } from '../../../../main/contract';
import { Frames } from '../../../../renderer/state/frames/frames.svelte';
import type { Flight } from '../../../../renderer/state/flight/flight';
import type { Explorer } from '../../../../renderer/state/flight/explorer.svelte';
import type { Notices } from '../../../../renderer/state/window/notices.svelte';
import { Undo } from '../../../../renderer/state/window/undo.svelte';
import { engineOf } from '../engine';

// the catalogue asks the page for its language, and there is none
vi.mock('../../../../renderer/i18n/index.svelte', () => ({ t: (key: string) => key }));

/** The panel of a model of four faces with two latents. */
function panel() {
  const shown: FrameChoice['kind'][] = [];
  const flight = {
    id: 1,
    middle: 0,
    card: { path: 'model', latentSize: 2 },
    cloud: { count: 4, source: 'codes', codes: Float32Array.of(0, 1, 1, 0, 2, 2, 3, 1) },
  } as unknown as Flight;
  const explorer = { flight, reframe: () => undefined } as unknown as Explorer;
  const undo = new Undo();
  const engine = engineOf({
    frame: async (_, choice) => {
      shown.push(choice.kind);
      return {} as FramedCloud;
    },
  });
  const frames = new Frames(engine, explorer, undo, {} as Notices);
  frames.opened(flight);
  const keep = async (...withIt: number[]) => {
    frames.draft = { name: '', withIt, without: [] };
    frames.keepDraft();
    await settled();
  };
  return { frames, undo, shown, keep };
}

/** What was asked for is shown. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

it('goes back to the frame that a trait replaced, and to that of the trait again', async () => {
  const { frames, undo, keep } = panel();
  await frames.choose('latents');
  await keep(1);
  expect([frames.kind, frames.attributes.length]).toEqual(['attributes', 1]);
  undo.undo();
  await settled();
  expect([frames.kind, frames.attributes.length, frames.draft.withIt]).toEqual(['latents', 0, [1]]);
  undo.redo();
  await settled();
  expect([frames.kind, frames.attributes.length, frames.draft.withIt]).toEqual(['attributes', 1, []]);
});

it('shows the traits there are after each step, and principal components without any', async () => {
  const { frames, undo, shown, keep } = panel();
  await keep(1);
  await keep(2);
  expect(shown).toEqual(['attributes', 'attributes']);
  frames.forget(frames.attributes[0]);
  frames.forget(frames.attributes[0]);
  await settled();
  expect([frames.kind, frames.attributes.length]).toEqual(['principal', 0]);
  undo.undo();
  await settled();
  expect([frames.kind, frames.attributes.length]).toEqual(['attributes', 1]);
});

it('leaves whoever has chosen another frame meanwhile in it', async () => {
  const { frames, undo, keep } = panel();
  await keep(1);
  await frames.choose('layout');
  undo.undo();
  await settled();
  expect([frames.kind, frames.attributes.length]).toEqual(['layout', 0]);
  undo.redo();
  await settled();
  expect([frames.kind, frames.attributes.length]).toEqual(['layout', 1]);
});

it('does not end in the frame of a trait that was taken back before it was shown', async () => {
  const { frames, undo } = panel();
  frames.draft = { name: '', withIt: [1], without: [] };
  frames.keepDraft();
  undo.undo();
  await settled();
  expect([frames.kind, frames.attributes.length]).toEqual(['principal', 0]);
});
