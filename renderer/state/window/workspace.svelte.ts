/** How the window is arranged: the panel that is open, and what else is shown or folded away. */
import { MediaQuery } from 'svelte/reactivity';
import { recall, remember } from '../../platform/preferences';
import { areaOf, type AreaName, panelsOf, type PanelName } from './areas';

/** `system`: as the system has it. Dark unless chosen: faces are seen best on a dark ground. */
export const THEMES = ['dark', 'light', 'system'] as const;
export type Theme = (typeof THEMES)[number];

export class Workspace {
  /** The panel beside the rail; null when all are folded away. */
  panel = $state<PanelName | null>(null);
  /** Whether the section on where one is is unfolded. */
  where = $state(recall('where') !== 'folded');
  /** Of the face shown, only the face is seen. */
  faceFolded = $state(recall('face') === 'folded');
  help = $state(false);
  palette = $state(false);
  /** The map of the cloud from above. */
  minimap = $state(recall('minimap') !== 'off');
  /** Motion is reduced here, whatever the system says. */
  still = $state(recall('motion') === 'reduced');
  theme = $state<Theme>(THEMES.find((name) => name === recall('theme')) ?? 'dark');
  readonly #systemLight = new MediaQuery('prefers-color-scheme: light');
  /** The window is light. */
  readonly light = $derived(this.theme === 'light' || (this.theme === 'system' && this.#systemLight.current));
  /** The one hint on how to fly: shown until it has been of use, once. */
  hint = $state(recall('hint') !== 'seen');

  /** The tab that was open last in each area. */
  readonly #last: Partial<Record<AreaName, PanelName>> = {};

  /** The panel that an area opens with: the one seen last in it. */
  first(area: AreaName): PanelName {
    return this.#last[area] ?? panelsOf(area)[0];
  }

  /** Opens an area, or folds it away when it is open. */
  toggle(area: AreaName): void {
    this.show(this.panel !== null && areaOf(this.panel) === area ? null : this.first(area));
  }

  show(panel: PanelName | null): void {
    this.panel = panel;
    if (panel) this.#last[areaOf(panel)] = panel;
  }

  dismissHint(): void {
    this.hint = false;
    remember('hint', 'seen');
  }

  toggleMinimap(): void {
    this.minimap = !this.minimap;
    remember('minimap', this.minimap ? 'on' : 'off');
  }

  chooseTheme(theme: Theme): void {
    this.theme = theme;
    remember('theme', theme);
  }

  reduceMotion(on: boolean): void {
    this.still = on;
    remember('motion', on ? 'reduced' : 'system');
  }

  toggleFace(): void {
    this.faceFolded = !this.faceFolded;
    remember('face', this.faceFolded ? 'folded' : 'open');
  }

  toggleWhere(): void {
    this.where = !this.where;
    remember('where', this.where ? 'open' : 'folded');
  }
}
