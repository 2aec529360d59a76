import { expect, it, vi } from 'vitest';
import type { Cloud } from '../../../../main/contract';
import { Twin } from '../../../../renderer/state/compare/twin.svelte';
import type { Explorer } from '../../../../renderer/state/flight/explorer.svelte';
import type { ModelList } from '../../../../renderer/state/models/model-list.svelte';
import type { Engine } from '../../../../renderer/state/window/engine-client';
import type { Notices } from '../../../../renderer/state/window/notices.svelte';

vi.mock('../../../../renderer/i18n/index.svelte', () => ({ t: (key: string) => key, language: () => 'en' }));

const FACES = 6;

/** Six faces trained on, and photos after them. */
function cloud(...photos: string[]): Cloud {
  const count = FACES + photos.length;
  const numbers = (width: number) => Float32Array.from({ length: count * width }, (_, i) => Math.sin(7 * i));
  const frame = { kind: 'principal', origin: new Float32Array(4), axes: new Float32Array(12) };
  return { count, photos, codes: numbers(4), positions: numbers(3), frame } as unknown as Cloud;
}

/** What the engine answers about both models, one cloud after the other, of which the last stays. */
function twin(first: Cloud[], second: Cloud[]) {
  const failures: string[] = [];
  const next = (clouds: Cloud[]) => (clouds.length > 1 ? clouds.shift()! : clouds[0]);
  const card = (path: string) => ({ path, name: path, latentSize: 4 });
  const explorer = {
    flight: { id: 'first', card: card('first'), cloud: next(first) },
    hidden: { anchor: null },
    async reloadFaces() {
      this.flight = { ...this.flight, cloud: next(first) };
    },
  };
  const engine = {
    compare: async () => [{ comparable: true, by: 'record' }],
    openModel: async () => ({ id: 'second', card: card('second') }),
    closeModel: async () => {},
    cloud: async () => next(second),
  };
  const notices = { failure: (text: string) => void failures.push(text) };
  const made = new Twin(
    engine as unknown as Engine,
    explorer as unknown as Explorer,
    {} as ModelList,
    notices as unknown as Notices,
  );
  return { twin: made, explorer, failures };
}

it.each([
  ['the same photos', [cloud('a')], [cloud('a')]],
  ['a photo that the second has earlier', [cloud(), cloud('a')], [cloud('a')]],
  ['a photo that the second has later', [cloud('a')], [cloud(), cloud('a')]],
  ['another photo in place of one, which the second has earlier', [cloud('a'), cloud('b')], [cloud('b')]],
  ['another photo in place of one, which the second has later', [cloud('b')], [cloud('a'), cloud('b')]],
])('begins with the same faces in both: %s', async (_, first, second) => {
  const { twin: it, explorer, failures } = twin(first, second);
  await it.start('second');
  expect(failures).toEqual([]);
  expect(it.partner?.cloud.photos).toEqual(explorer.flight.cloud.photos);
});

it('does not begin where one of both cannot have a photo', async () => {
  const { twin: it, failures } = twin([cloud('a', 'b')], [cloud('a', 'c')]);
  await it.start('second');
  expect([it.partner, failures]).toEqual([null, ['twin.not.images']]);
});
