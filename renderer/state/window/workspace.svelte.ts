/** How the window is arranged: the panel that is open, and what else is shown or folded away. */
import { recall, remember } from '../../platform/preferences';

/** In the order of the rail, and of the keys 1, 2, … */
export const PANELS = [
  'models',
  'training',
  'scores',
  'compare',
  'faces',
  'frames',
  'theory',
  'posterior',
  'paths',
] as const;
export type PanelName = (typeof PANELS)[number];

export class Workspace {
  /** The panel beside the rail; null when all are folded away. */
  panel = $state<PanelName | null>(remembered());
  /** Whether the section on where one is is unfolded. */
  where = $state(recall('where') !== 'folded');
  help = $state(false);
  /** The map of the cloud from above. */
  minimap = $state(recall('minimap') !== 'off');
  /** Motion is reduced here, whatever the system says. */
  still = $state(recall('motion') === 'reduced');
  /** The one hint on how to fly: shown until it has been of use, once. */
  hint = $state(recall('hint') !== 'seen');

  /** Opens a panel, or folds it away when it is open. */
  toggle(panel: PanelName): void {
    this.show(this.panel === panel ? null : panel);
  }

  show(panel: PanelName | null): void {
    this.panel = panel;
    remember('panel', panel ?? 'none');
  }

  dismissHint(): void {
    this.hint = false;
    remember('hint', 'seen');
  }

  toggleMinimap(): void {
    this.minimap = !this.minimap;
    remember('minimap', this.minimap ? 'on' : 'off');
  }

  reduceMotion(on: boolean): void {
    this.still = on;
    remember('motion', on ? 'reduced' : 'system');
  }

  toggleWhere(): void {
    this.where = !this.where;
    remember('where', this.where ? 'open' : 'folded');
  }
}

function remembered(): PanelName | null {
  const panel = recall('panel');
  return PANELS.find((name) => name === panel) ?? null;
}
