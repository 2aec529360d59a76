/** Lists that people keep, and how they change: several windows, and several instances, may change one at a time. */

/** What becomes of a list: never the list itself, which somebody else may have added to. */
export interface ListChange<Entry extends { id: string }> {
  /** Entries added, or changed where their id is there already. */
  put: Entry[];
  /** Ids of those removed. */
  remove: string[];
  /** Ids in their order; entries that it does not name follow in theirs. */
  order: string[];
}

/** The list after a change. */
export function changed<Entry extends { id: string }>(
  list: readonly Entry[],
  { put, remove, order }: ListChange<Entry>,
): Entry[] {
  const entries = new Map([...list, ...put].map((entry) => [entry.id, entry]));
  for (const id of remove) entries.delete(id);
  const named = order.flatMap((id) => entries.get(id) ?? []);
  for (const { id } of named) entries.delete(id);
  return [...named, ...entries.values()];
}

/** The change that makes `after` of `before`. Entries are never altered in place. */
export function changeOf<Entry extends { id: string }>(
  before: readonly Entry[],
  after: readonly Entry[],
): ListChange<Entry> {
  const known = new Map(before.map((entry) => [entry.id, entry]));
  const kept = new Set(after.map(({ id }) => id));
  return {
    put: after.filter((entry) => known.get(entry.id) !== entry),
    remove: before.filter(({ id }) => !kept.has(id)).map(({ id }) => id),
    order: after.map(({ id }) => id),
  };
}
