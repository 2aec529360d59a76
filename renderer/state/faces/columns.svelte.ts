/** Columns that faces can be coloured by: their folders, a table, or what synthetic faces were drawn from. */
import type { Cloud, ModelId } from '../../../main/contract';
import { t } from '../../i18n/index.svelte';
import { sentence } from '../../i18n/sentence';
import type { Explorer } from '../flight/explorer.svelte';
import type { Engine } from '../window/engine-client';
import type { Notices } from '../window/notices.svelte';
import { type Colouring, colouringOf } from './colouring';
import { type Column, foldersOf, readTable, type Table } from './table';

interface KnownColumn extends Column {
  /** `folder`, or where it comes from and its name. */
  id: string;
}

/** Characters of a table that is kept with the session, some 20,000 rows: a session is written often. */
const LONGEST_KEPT = 2 ** 19;

export class Columns {
  /** The table opened last, for the faces of any model that it knows. */
  #table = $state.raw<Table | null>(null);
  #factors = $state.raw<{ model: ModelId; columns: KnownColumn[] } | null>(null);

  readonly #engine: Engine;
  readonly #explorer: Explorer;
  readonly #notices: Notices;

  /** @param open whether columns are looked at now */
  constructor(engine: Engine, explorer: Explorer, notices: Notices, open: () => boolean) {
    this.#engine = engine;
    this.#explorer = explorer;
    this.#notices = notices;
    $effect.root(() => {
      // another frame is another flight object, but the same model
      const model = $derived(explorer.flight?.id);
      $effect(() => {
        if (open() && model && this.#factors?.model !== model) void this.#findFactors(model);
      });
    });
  }

  readonly #found = $derived.by(() => {
    const { flight } = this.#explorer;
    if (!flight || this.#table === null) return null;
    return readTable(this.#table.text, flight.cloud.names, flight.cloud.count);
  });

  /** Those that the open model's faces have, of which colours say something. */
  readonly all = $derived.by((): readonly (KnownColumn & { colouring: Colouring })[] => {
    const { flight } = this.#explorer;
    if (!flight) return [];
    const { names, count } = flight.cloud;
    const columns: KnownColumn[] = [];
    if (names) columns.push({ id: 'folder', name: t('faces.folder'), values: padded(foldersOf(names), count) });
    for (const column of this.#found?.columns ?? []) columns.push({ ...column, id: `table ${column.name}` });
    if (this.#factors?.model === flight.id) columns.push(...this.#factors.columns);
    return columns.flatMap((column) => {
      const colouring = colouringOf(padded(column.values, count));
      return colouring ? [{ ...column, colouring }] : [];
    });
  });

  /** Takes a table. @returns the first of its columns, by id; null where it has none, which is said */
  async takeTable(file: File): Promise<string | null> {
    const { flight } = this.#explorer;
    if (!flight) return null;
    const first = this.#take({ name: file.name, text: await file.text() }, flight.cloud);
    if (first && !this.kept) this.#notices.failure(t('faces.tableTooLong', { file: file.name }));
    return first;
  }

  /** The table as the session remembers it; null where there is none, or it is too long for that. */
  get kept(): Table | null {
    return this.#table && this.#table.text.length <= LONGEST_KEPT ? this.#table : null;
  }

  /** Takes up the table of an earlier session; one that says nothing of the faces there are now is said. */
  resume(table: Table): void {
    const { flight } = this.#explorer;
    if (flight) this.#take(table, flight.cloud);
  }

  #take(table: Table, { names, count }: Cloud): string | null {
    const before = this.#table;
    this.#table = table;
    const first = this.all.find(({ id }) => id.startsWith('table '));
    if (first) return first.id;
    const rows = this.#found?.found ?? 0;
    if (rows > 0) this.#notices.failure(t('faces.noColumns', { file: table.name, rows, faces: count }));
    else this.#notices.failure(t(names ? 'traits.noRows' : 'traits.noNames', { file: table.name }));
    this.#table = before;
    return null;
  }

  async #findFactors(model: ModelId): Promise<void> {
    this.#factors = { model, columns: [] };
    try {
      const found = await this.#engine.factors(model);
      if (this.#factors.model !== model) return;
      const columns = found.map(({ name, values }) => ({
        id: `factor ${name}`,
        name: t(`traits.names.${name}`),
        values: Array.from(values, String),
      }));
      this.#factors = { model, columns };
    } catch (error) {
      this.#notices.failure(t('faces.noFactors', { reason: sentence(error) }));
    }
  }
}

/** Photos of a person's own come last, and nothing is known of them. */
const padded = (values: readonly string[], count: number): string[] =>
  Array.from({ length: count }, (_, face) => values[face] ?? '');
