/** Finding one's way among the faces of the cloud: search, selection, groups and neighbours. */
import { changed, changeOf, type FaceGroup, type ListChange, type ModelId } from '../../../main/contract';
import { t } from '../../i18n/index.svelte';
import type { Point } from '../../scene/pointer/lasso';
import { GROUP_COLOURS, SELECTED } from './colouring';
import { Columns } from './columns.svelte';
import { type Coloured, hiddenOf, marksOf, NONE, search, union, without } from './face-sets';
import type { Notices } from '../window/notices.svelte';
import { sentence } from '../../i18n/sentence';
import type { Explorer } from '../flight/explorer.svelte';
import type { Changed, Undo } from '../window/undo.svelte';
import type { Engine } from '../window/engine-client';

/** Shown as neighbours. */
const NEIGHBOURS = 24;
/** Rest before neighbours are looked for, milliseconds: not while one flies past. */
const REST_BEFORE_SEARCH = 250;

/** What is selected, and what becomes of the groups. */
interface Step {
  selection: Uint32Array;
  groups: ListChange<FaceGroup> | null;
}

/** How a new choice joins the selection. */
export type Joining = 'replace' | 'add' | 'remove';

export class Faces {
  query = $state('');
  /** Only what was searched for is seen in the space. */
  only = $state(false);
  selection = $state.raw<Uint32Array>(NONE);
  groups = $state.raw<readonly FaceGroup[]>([]);
  /** What is in colour, and the rest grey. */
  coloured = $state.raw<Coloured>(null);
  /** The pointer draws a lasso instead of looking around. */
  lassoing = $state(false);
  /** Whose neighbours are shown: those of the place one is in, or of the face picked last. */
  around = $state<'place' | 'face'>('place');
  neighbours = $state.raw<{ faces: Uint32Array; distances: Float32Array } | null>(null);

  readonly columns: Columns;
  /** The column whose colours faces have. */
  readonly column = $derived.by(() => {
    const { coloured } = this;
    if (typeof coloured !== 'object' || !coloured || !('column' in coloured)) return null;
    return this.columns.all.find(({ id }) => id === coloured.column) ?? null;
  });
  readonly #explorer: Explorer;
  readonly #undo: Undo;
  readonly #notices: Notices;
  readonly #engine: Engine;
  #model: ModelId | null = null;
  #path = '';

  readonly #count = $derived.by(() => this.#explorer.flight?.cloud.count ?? 0);
  readonly #names = $derived.by(() => this.#explorer.flight?.cloud.names?.map((name) => name.toLowerCase()) ?? null);
  /** What was searched for; null: nothing, so all. */
  readonly matches = $derived.by(() => search(this.query, this.#count, this.#names));
  /** As the scene takes them. */
  readonly marks = $derived.by(() => {
    const { column, selection } = this;
    if (!column) return marksOf(this.#count, this.groups, selection, SELECTED, this.coloured);
    const marks = column.colouring.marks.slice();
    for (const face of selection) marks[face] = SELECTED;
    return marks;
  });
  readonly hidden = $derived.by(() => hiddenOf(this.#count, this.groups, this.only ? this.matches : null));

  /** @param open whether neighbours and columns are looked at now */
  constructor(engine: Engine, explorer: Explorer, undo: Undo, notices: Notices, open: () => boolean) {
    this.#explorer = explorer;
    this.#undo = undo;
    this.#notices = notices;
    this.#engine = engine;
    this.columns = new Columns(engine, explorer, notices, open);
    $effect.root(() => {
      $effect(() => {
        const { flight } = explorer;
        if (flight && flight.id !== this.#model) void this.#change(flight.id, flight.card.path);
      });
      $effect(() => {
        const code = this.#code();
        if (!code || !open()) return;
        const timer = setTimeout(() => void this.#findNeighbours(code), REST_BEFORE_SEARCH);
        return () => clearTimeout(timer);
      });
    });
  }

  // ---------------------------------------------------------------- selection

  select(faces: Uint32Array, joining: Joining = 'replace'): void {
    const { selection } = this;
    const joined =
      joining === 'add' ? union(selection, faces) : joining === 'remove' ? without(selection, faces) : faces;
    this.#set('selection', joined);
  }

  /** What the lasso holds. CSS pixels. */
  lasso(polygon: readonly Point[], joining: Joining): void {
    this.select(this.#explorer.scene.facesInside(polygon), joining);
  }

  // ---------------------------------------------------------------- groups

  /** Puts the selection together under a name. */
  group(name: string): void {
    if (this.selection.length === 0) return;
    const colour = GROUP_COLOURS.findIndex((_, i) => !this.groups.some((group) => group.colour === i));
    const group = {
      id: crypto.randomUUID(),
      name,
      colour: colour < 0 ? this.groups.length % GROUP_COLOURS.length : colour,
      hidden: false,
    };
    this.#set('groups', NONE, [...this.groups, { ...group, faces: this.selection }]);
  }

  /** Changes a group. */
  alter(index: number, change: Partial<FaceGroup>): void {
    const groups = this.groups.map((group, i) => (i === index ? { ...group, ...change } : group));
    this.#set('groups', this.selection, groups);
  }

  remove(index: number): void {
    this.#set(
      'groups',
      this.selection,
      this.groups.filter((_, i) => i !== index),
    );
  }

  #set(what: Changed, selection: Uint32Array, groups = this.groups): void {
    const same = groups === this.groups;
    const there: Step = { selection, groups: same ? null : changeOf(this.groups, groups) };
    const back: Step = { selection: this.selection, groups: same ? null : changeOf(groups, this.groups) };
    this.#undo.make({ what, redo: () => this.#apply(there), undo: () => this.#apply(back) });
  }

  #apply({ selection, groups: change }: Step): void {
    this.selection = selection;
    if (!change) return;
    this.groups = changed(this.groups, change);
    const id = this.#model;
    if (!id) return;
    const shown = this.groups;
    // at once, even while an earlier one is under way: a page that is closed sends nothing more
    this.#engine.changeFaceGroups(id, change).then(
      (after) => {
        // what another window has added is seen as well, unless there is more to be kept here
        if (this.groups === shown && this.#model === id) this.groups = after;
      },
      (error: unknown) => this.#notices.failure(t('faces.notKept', { reason: sentence(error) })),
    );
  }

  /** Another model: its own groups; the selection stays where the faces may be the same ones. */
  async #change(id: ModelId, path: string): Promise<void> {
    this.#model = id;
    this.neighbours = null;
    if (path === this.#path) return;
    this.#path = path;
    this.selection = NONE;
    this.groups = [];
    this.query = '';
    this.only = false;
    try {
      const groups = await this.#engine.faceGroups(id);
      if (id === this.#model) this.groups = groups;
    } catch (error) {
      if (id === this.#model) this.#notices.failure(t('faces.notRead', { reason: sentence(error) }));
    }
  }

  // ---------------------------------------------------------------- neighbours

  #code(): Float32Array | null {
    const { flight, live, hidden } = this.#explorer;
    const face = live.shown;
    const { anchor } = hidden;
    if (!flight || !face || face.model !== flight.id) return null;
    if (this.around === 'place' || anchor === null) return live.state === 'live' ? face.code : null;
    const d = flight.card.latentSize;
    return flight.cloud.codes.slice(anchor * d, (anchor + 1) * d);
  }

  async #findNeighbours(code: Float32Array): Promise<void> {
    const id = this.#model;
    if (!id) return;
    try {
      const found = await this.#engine.neighbours(id, code, NEIGHBOURS);
      if (id === this.#model) this.neighbours = found;
    } catch {
      // the face itself says when the engine is gone; the next place asks again
      this.neighbours = null;
    }
  }
}
