/** Two instances of the app that start runs of one name do not replace what the other makes. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import type { RunSnapshot, TrainingSettings } from '../../../../main/contract';
import { folderSource } from '../../../../main/engine/models';
import { Runs } from '../../../../main/engine/runs';
import { sharedFolder } from '../../temporary';
import { blotches } from '../lives';
import { smallRun } from '../small-run';

const folder = sharedFolder();
let images: string;
beforeAll(async () => void (images = await blotches(path.join(folder, 'images'), 8)));

/** The runs of an instance of the app, and a promise of what became of one. */
class Instance {
  readonly runs: Runs;
  readonly #listeners: (() => void)[] = [];

  constructor(library: string) {
    this.runs = new Runs({ library, emit: () => this.#listeners.forEach((listener) => listener()) });
    onTestFinished(() => this.runs.dispose());
  }

  /** Its latest run, as soon as that is in one of these states. */
  async until(...states: RunSnapshot['state'][]): Promise<RunSnapshot> {
    return new Promise((resolve) => {
      const look = () => {
        const last = this.runs.snapshots().at(-1);
        if (last && states.includes(last.state)) resolve(last);
      };
      this.#listeners.push(look);
      look();
    });
  }
}

const settings = (seed: number, more: Partial<TrainingSettings> = {}): TrainingSettings => ({
  ...smallRun({ images, out: '', name: 'Same', seed }),
  out: undefined, // as the window starts runs: into the library
  ...more,
});

it('each gets a name of its own', { timeout: 120_000 }, async () => {
  const library = path.join(folder, 'library');
  const instances = [1, 2, 3].map(() => new Instance(library));
  await Promise.all(instances.map(({ runs }, seed) => runs.start(settings(seed + 1))));
  const ended = await Promise.all(instances.map((instance) => instance.until('done', 'failed', 'cancelled')));
  expect(ended.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
  const places = ['Same', 'Same 2', 'Same 3'];
  expect(ended.map(({ done }) => path.basename(done!.model)).sort()).toEqual(places);
  expect((await readdir(library)).sort()).toEqual(places);
  for (const { done, settings: asked } of ended) {
    const source = await folderSource(done!.model);
    expect(source.manifest.training.seed).toBe(asked.seed);
    for (const name of Object.keys(source.manifest.files)) await source.read(name); // checks its sum
  }
});

it('a place that both have named is the one’s that came first', { timeout: 120_000 }, async () => {
  const out = path.join(folder, 'place');
  const [first, second] = [new Instance(folder), new Instance(folder)];
  await first.runs.start(settings(1, { out, epochs: 100_000 }));
  await first.until('running');
  await second.runs.start(settings(2, { out }));
  const refused = await second.until('done', 'failed', 'cancelled');
  expect(refused).toMatchObject({ state: 'failed', failure: { code: 'busy' } });
  const [{ id, state }] = first.runs.snapshots();
  expect(state).toBe('running');
  first.runs.stop(id);
  const { done } = await first.until('done', 'failed', 'cancelled');
  expect((await folderSource(done!.model)).manifest.training.seed).toBe(1);
});
