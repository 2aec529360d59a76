/** What the browser says of things that were dropped on it. */

export interface Entry {
  /** Relative to what was dropped, with `/`. */
  name: string;
  file: File;
}

/** Things dropped together: their name, and all files in them. */
export interface DroppedThings {
  name: string;
  entries: Entry[];
}

/** What was dropped, asked for while the event is handled: later the browser has forgotten it. */
export const rootsOf = (transfer: DataTransfer): FileSystemEntry[] =>
  [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);

/**
 * Every file that was dropped, those in folders included; hidden ones are left out.
 * @param files what was dropped where there are no entries: pictures dragged out of other programs
 */
export async function thingsIn(roots: readonly FileSystemEntry[], files: readonly File[]): Promise<DroppedThings> {
  if (roots.length === 0) {
    return { name: files[0]?.name ?? '', entries: files.map((file) => ({ name: file.name, file })) };
  }
  const entries: Entry[] = [];
  const [root] = roots;
  const alone = roots.length === 1 && isFolder(root);
  for (const entry of alone ? await childrenOf(root) : roots) await walk(entry, '', entries);
  // files that were dropped together have no name of their own
  return { name: root.name, entries };
}

const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

async function walk(entry: FileSystemEntry, within: string, into: Entry[]): Promise<void> {
  if (entry.name.startsWith('.')) return;
  const name = within + entry.name;
  if (isFolder(entry)) {
    for (const child of await childrenOf(entry)) await walk(child, `${name}/`, into);
  } else {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    into.push({ name, file });
  }
}

async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    // a hundred at a time
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}
