import { expect, it, vi } from 'vitest';
import { LINE_FACES, Tour } from '../../../../renderer/state/compare/tour.svelte';
import type { Explorer } from '../../../../renderer/state/flight/explorer.svelte';
import type { Twin } from '../../../../renderer/state/compare/twin.svelte';
import type { Engine } from '../../../../renderer/state/window/engine-client';
import type { Notices } from '../../../../renderer/state/window/notices.svelte';

// the catalogue asks the page for its language, and there is none
vi.mock('../../../../renderer/i18n/index.svelte', () => ({ t: (key: string) => key }));

/** A VAE in flight and an AE of the same four faces, of one number each. */
function flight({ broken = false } = {}) {
  const asked: string[] = [];
  const decoded: Record<string, Float32Array> = {};
  const failures: string[] = [];
  const model = (id: string, scale: number) => ({
    id,
    card: { kind: id, path: id, latentSize: 1 },
    cloud: { codes: Float32Array.of(0, 1, 2, 9).map((value) => scale * value) },
    middle: 1,
  });
  const explorer = {
    flight: model('vae', 1),
    counterparts: [
      { kind: 'vae', path: 'vae' },
      { kind: 'rae', path: 'rae' },
      { kind: 'ae', path: 'ae' },
    ],
    home: () => void asked.push('home'),
  };
  const twin = {
    partner: null as ReturnType<typeof model> | null,
    async start(path: string) {
      this.partner = model(path, 10);
    },
  };
  const engine = {
    async samples(id: string, from: string, count: number, seed: number) {
      asked.push(`${id} ${from} ${seed}`);
      if (broken) throw new Error('gone');
      return { codes: new Float32Array(count), images: { count } };
    },
    async decode(id: string, codes: Float32Array) {
      decoded[id] = codes;
      return { count: codes.length };
    },
  };
  const notices = { failure: (text: string) => void failures.push(text) };
  const tour = new Tour(
    engine as unknown as Engine,
    explorer as unknown as Explorer,
    twin as unknown as Twin,
    notices as unknown as Notices,
  );
  return { tour, twin, asked, decoded, failures };
}

it('shows draws of the same seed by both, the AE first, then the line between the same two faces', async () => {
  const { tour, asked, decoded } = flight();
  expect([tour.stage, tour.partner]).toEqual([null, 'ae']);
  await tour.start();
  expect(tour.stage).toBe('draws');
  expect(asked).toEqual(['home', 'vae prior 1', 'ae prior 1']);
  expect(tour.sides.map(({ card }) => card.kind)).toEqual(['ae', 'vae']);
  expect([...decoded.vae]).toEqual(Array.from({ length: LINE_FACES }, (_, i) => 1 + i));
  expect([...decoded.ae]).toEqual(Array.from({ length: LINE_FACES }, (_, i) => 10 + 10 * i));
  tour.next();
  expect(tour.stage).toBe('line');
  tour.back();
  expect(tour.stage).toBe('draws');
  tour.leave();
  expect(tour.stage).toBeNull();
});

it('ends with a sentence when a model fails', async () => {
  const { tour, failures } = flight({ broken: true });
  await tour.start();
  expect([tour.stage, failures.length]).toEqual([null, 1]);
});
