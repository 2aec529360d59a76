import { expect, it, vi } from 'vitest';
import type { Explorer } from '../../../../renderer/state/flight/explorer.svelte';
import type { Flight } from '../../../../renderer/state/flight/flight';
import { Paths } from '../../../../renderer/state/paths/paths.svelte';
import type { Player } from '../../../../renderer/state/paths/player.svelte';
import type { Undo } from '../../../../renderer/state/window/undo.svelte';
import { engineOf } from '../engine';

vi.mock('../../../../renderer/i18n/index.svelte', () => ({ t: (key: string) => key }));

/** A model of three faces and two latents; face i has the code (i, `hidden`). */
const flightOf = (path: string, hidden: number, source = 'codes', count = 3) =>
  ({
    id: `${path}#1`,
    card: { path, latentSize: 2 },
    cloud: {
      source,
      count,
      photos: [],
      codes: Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 ? hidden : i / 2)),
    },
  }) as unknown as Flight;

function pathsIn(first: Flight) {
  const explorer = { flight: first, code: Float32Array.of(7, 7) };
  const drawn: number[][] = [];
  const engine = engineOf({
    decode: async (_, codes) => {
      drawn.push([...codes]);
      return { count: 1, width: 1, height: 1, data: new Uint8ClampedArray(4) };
    },
    tracePath: () => new Promise(() => {}),
    cancelPaths: async () => undefined,
  });
  const undo = { make: ({ redo }: { redo(): void }) => redo() } as unknown as Undo;
  const paths = new Paths(engine, explorer as unknown as Explorer, undo, {} as unknown as Player);
  const enter = (flight: Flight) => {
    explorer.flight = flight;
    paths.enter(flight);
  };
  enter(first);
  const stops = () => paths.stops.map(({ face, code }) => [face, ...code]);
  return { paths, enter, stops, drawn };
}

it('stops that are faces stay in a model of the same faces, as its own codes; all are there again in the first', async () => {
  const ae = flightOf('ae', 5);
  const { paths, enter, stops, drawn } = pathsIn(ae);
  paths.add(2);
  paths.add();
  paths.add(0);
  await vi.waitFor(() => expect(Object.keys(paths.pictures)).toHaveLength(1));
  for (const code of drawn) expect(code).toEqual([7, 7]);
  enter(flightOf('vae', 9));
  expect(stops()).toEqual([
    [2, 2, 9],
    [0, 0, 9],
  ]);
  enter(ae);
  expect(stops()).toEqual([
    [2, 2, 5],
    [null, 7, 7],
    [0, 0, 5],
  ]);
});

it('a model of other faces has no stops', () => {
  const { paths, enter, stops } = pathsIn(flightOf('ae', 5));
  paths.add(1);
  enter(flightOf('other', 5, 'codes', 4));
  expect(stops()).toEqual([]);
});
