import { readText, save } from '../files';

/** Keeps what could not be understood of a file beside it, as `….bad`, or `….bad-2` where another one is kept already. */
export async function setAside(file: string, text: string): Promise<void> {
  for (let n = 1; ; n++) {
    const place = `${file}.bad${n === 1 ? '' : `-${n}`}`;
    const there = await readText(place).catch(() => null);
    if (there === text) return;
    if (there !== null) continue;
    await save(place, new TextEncoder().encode(text));
    console.warn(`A copy of "${file}" with what could not be understood is kept as "${place}".`);
    return;
  }
}
