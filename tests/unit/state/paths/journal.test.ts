import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Bookmark, changed } from '../../../../main/contract';
import type { Flight } from '../../../../renderer/state/flight/flight';
import type { Explorer } from '../../../../renderer/state/flight/explorer.svelte';
import { Journal } from '../../../../renderer/state/paths/journal.svelte';
import type { Notices } from '../../../../renderer/state/window/notices.svelte';
import { Undo } from '../../../../renderer/state/window/undo.svelte';
import { engineOf } from '../engine';

vi.mock('../../../../renderer/i18n/index.svelte', () => ({
  t: (key: string, values: Record<string, unknown> = {}) => [key, ...Object.values(values)].join(' '),
}));
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

const later = (milliseconds = 100) => vi.advanceTimersByTimeAsync(milliseconds);
const VIEW = { yaw: 1, pitch: 0.5, reach: 3 };

/** A journal of a model with four faces and two latents; decoded faces are one pixel as red as the code's first number. */
async function journalOf(kept: Bookmark[] = []) {
  const asked: string[] = [];
  const written: string[][] = [];
  const failures: string[] = [];
  const went: unknown[][] = [];
  const fails = { keep: false, answer: false };
  const flight = { id: 'm#1', card: { name: 'My VAE' }, cloud: { count: 4 } } as unknown as Flight;
  const explorer = {
    flight,
    code: new Float32Array([1, 2]),
    hidden: { anchor: 3 },
    scene: { viewpoint: { pose: { focus: [0, 0, 0], ...VIEW } } },
    goTo: (...place: unknown[]) => went.push(place),
  };
  const engine = engineOf({
    bookmarks: async () => kept,
    async changeBookmarks(_, change) {
      asked.push(...change.put.map(({ name }) => name));
      if (fails.answer) return new Promise(() => {});
      if (fails.keep) throw new Error('full');
      kept = changed(kept, change);
      written.push(kept.map(({ name }) => name));
      return kept;
    },
    async decode(_, codes) {
      const data = new Uint8ClampedArray(2 * codes.length);
      for (let n = 0; n < codes.length / 2; n++) data[4 * n] = codes[2 * n];
      return { count: codes.length / 2, width: 1, height: 1, data };
    },
  });
  const undo = new Undo();
  const notices = {
    failure: (text: string) => failures.push(text),
    success: () => undefined,
  } as unknown as Notices;
  const journal = new Journal(engine, explorer as unknown as Explorer, undo, notices);
  await Promise.all([journal.open(flight), later()]);
  const names = () => journal.bookmarks.map(({ name }) => name);
  return { journal, explorer, undo, asked, written, failures, went, fails, names };
}

const bookmark = (id: string, red: number): Bookmark => ({
  id,
  name: `place ${id}`,
  code: [red, 0],
  anchor: 9,
  view: VIEW,
});

it('shows the places kept of a model, each with its own face', async () => {
  const { journal, names } = await journalOf([bookmark('a', 10), bookmark('b', 200)]);
  expect(names()).toEqual(['place a', 'place b']);
  expect([journal.faces.a.data[0], journal.faces.b.data[0]]).toEqual([10, 200]);
});

it('marks the place where one is under a number that is free, keeps it, and takes it back', async () => {
  const { journal, written, undo, names } = await journalOf();
  journal.mark();
  journal.mark();
  await later();
  expect(names()).toEqual(['journal.place 1', 'journal.place 2']);
  expect(journal.bookmarks[0]).toMatchObject({ code: [1, 2], anchor: 3, view: VIEW });
  journal.remove(journal.bookmarks[0]);
  journal.mark();
  await later();
  expect(names()).toEqual(['journal.place 2', 'journal.place 3']);
  undo.undo();
  undo.undo();
  await later();
  expect(written.at(-1)).toEqual(['journal.place 1', 'journal.place 2']);
});

it('renames a place, but not to nothing', async () => {
  const { journal, names, undo } = await journalOf([bookmark('a', 1)]);
  journal.rename(journal.bookmarks[0], '  ');
  expect(undo.last).toBeNull();
  journal.rename(journal.bookmarks[0], ' Smile ');
  expect([names(), undo.last]).toEqual([['Smile'], 'places']);
  undo.undo();
  expect(names()).toEqual(['place a']);
});

it('asks to keep each change at once, whether or not the one before has been answered', async () => {
  const { journal, asked, fails } = await journalOf();
  fails.answer = true;
  journal.mark();
  journal.rename(journal.bookmarks[0], 'Smile');
  await Promise.resolve();
  await Promise.resolve();
  expect(asked).toEqual(['journal.place 1', 'Smile']);
});

it('visits a place as it was looked at; a face that the cloud lacks lends nothing', async () => {
  const { journal, went } = await journalOf([bookmark('a', 1), { ...bookmark('b', 2), anchor: 2 }]);
  journal.visit(journal.bookmarks[0]);
  journal.visit(journal.bookmarks[1]);
  expect(went).toEqual([
    [new Float32Array([1, 0]), null, VIEW],
    [new Float32Array([2, 0]), 2, VIEW],
  ]);
});

it('says when a place could not be kept', async () => {
  const { journal, failures, fails, names } = await journalOf();
  fails.keep = true;
  vi.spyOn(console, 'error').mockReturnValue(undefined);
  journal.mark();
  await later();
  expect(failures).toEqual(['journal.notKept common.unexpected']);
  expect(names()).toHaveLength(1);
});

it('records a flight moment by moment, up to thirty a second', async () => {
  const { journal, explorer, undo } = await journalOf();
  journal.toggleRecording();
  for (let n = 0; n < 20; n++) {
    explorer.code = new Float32Array([n, 0]);
    await later(50);
  }
  expect(journal.recording).toBeGreaterThan(0.9);
  journal.toggleRecording();
  expect(journal.recording).toBeNull();
  const [flight] = journal.flights;
  expect(flight.samples.length).toBeGreaterThan(15);
  expect(flight.samples.length).toBeLessThanOrEqual(31);
  expect(flight.samples.at(-1)!.code[0]).toBe(19);
  undo.undo();
  expect(journal.flights).toEqual([]);
});

it('records nothing of a moment, and stops when another model is flown', async () => {
  const { journal, explorer } = await journalOf();
  journal.toggleRecording();
  journal.toggleRecording();
  expect(journal.flights).toEqual([]);
  journal.toggleRecording();
  await later(500);
  explorer.flight = { ...explorer.flight, id: 'other' };
  await later(500);
  expect([journal.recording, journal.flights]).toEqual([null, []]);
});
