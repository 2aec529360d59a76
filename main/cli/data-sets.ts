/** Folders of images that are kept with a name and with what was decided about their images: the same ones as the window's. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Curation, type DataSetChanges, printable } from '../contract';
import { DataSets } from '../engine/home/data-sets';
import { appData, readFailure, readText } from '../engine/files';
import { counted } from '../engine/text';
import type { Output } from './output';

const kept = () => new DataSets(appData());

/** What is taken of each image. */
export const TAKES = ['face', 'centre', 'attention'] as const;

export interface TakeOptions {
  take?: (typeof TAKES)[number];
  align: boolean;
}

export interface Chosen {
  folder: string;
  align: boolean;
  curation?: Curation;
}

/**
 * The folder at `given` or, where there is none, that of the data set of this name with what was decided about it.
 * @param leaveOut files besides those
 */
export async function chosenImages(
  given: string,
  { take, align }: TakeOptions,
  leaveOut: readonly string[] = [],
): Promise<Chosen> {
  const there = await placeOf(given);
  const named = there ? undefined : (await kept().all()).find(({ name }) => name.normalize() === given.normalize());
  const decided = named?.curation ?? { leaveOut: [], crop: 'centre', crops: {} };
  const curation: Curation = {
    leaveOut: [...decided.leaveOut, ...leaveOut],
    crop: take === 'attention' ? 'attention' : take ? 'centre' : decided.crop,
    crops: decided.crops,
  };
  const nothing =
    curation.leaveOut.length === 0 && curation.crop === 'centre' && Object.keys(curation.crops).length === 0;
  return {
    folder: named?.path ?? there ?? given,
    // where a data set is cropped by what there is to see, faces are not looked for
    align: take ? take === 'face' : align && curation.crop === 'centre',
    ...(nothing ? {} : { curation }),
  };
}

/** The names in a list, one a line. @throws UserError as `readFailure` */
export async function namesIn(list: string): Promise<string[]> {
  const text = await readText(list).catch((error) => {
    throw readFailure(error, list);
  });
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}

/** What is at a path, however the letters of its names are composed; null where there is nothing. */
async function placeOf(given: string): Promise<string | null> {
  if (await stat(given).catch(() => null)) return given;
  const { dir, base } = path.parse(given);
  const parent = base === '' ? null : await placeOf(dir || '.');
  const names = parent === null ? [] : await readdir(parent).catch(() => []);
  const name = names.find((each) => each.normalize() === base.normalize());
  return name === undefined ? null : path.join(parent!, name);
}

/** Keeps a folder, and says what is other in it than when it was opened before. @param name true: its present one */
export async function keepDataSet(folder: string, name: string | true, output: Output): Promise<void> {
  const sets = kept();
  const { dataSet, changes } = await sets.open(path.resolve(folder));
  const set = name === true ? dataSet : await sets.keep(dataSet.id, { name: name.slice(0, 200) });
  output.event({ event: 'kept', name: set.name, folder: set.path, images: set.images, changes });
  output.say(`Kept as the data set ${printable(set.name)}.${changes ? ` ${changed(changes)}` : ''}`);
}

function changed({ added, missing, changed }: DataSetChanges): string {
  const parts = [
    ...(added ? [`${added} new`] : []),
    ...(changed ? [`${changed} changed`] : []),
    ...(missing ? [`${missing} missing`] : []),
  ];
  return parts.length > 0
    ? `Since it was opened before: ${parts.join(', ')}.`
    : 'Nothing has changed since it was opened before.';
}

/** `data-sets`: those that are kept and whose folders are there, the latest first. */
export async function listDataSets(output: Output): Promise<void> {
  const sets = await kept().all();
  for (const { name, path: folder, images, curation } of sets) {
    output.event({ event: 'data-set', name, folder, images, leftOut: curation?.leaveOut.length ?? 0 });
    const out = curation?.leaveOut.length ? `, ${curation.leaveOut.length} left out` : '';
    output.say(`${printable(name)}: ${counted(images, 'image')}${out}, ${printable(folder)}`);
  }
  if (sets.length === 0) output.say('No data set is kept yet: import DIR --keep keeps one.');
}
