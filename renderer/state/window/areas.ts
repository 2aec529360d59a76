/** The window's areas and the panels in each. */

/** The areas, in the order of the rail and of the keys 1, 2, …, each with its panels in the order of their tabs. */
export const AREAS = {
  explore: ['frames', 'faces', 'paths'],
  create: ['new-faces', 'my-photo', 'traits', 'exports'],
  train: ['training'],
  understand: ['compare', 'theory', 'posterior', 'scores'],
  models: ['models'],
  settings: ['settings'],
} as const;
export type AreaName = keyof typeof AREAS;
export type PanelName = (typeof AREAS)[AreaName][number];

export const AREA_NAMES = Object.keys(AREAS) as AreaName[];
export const PANELS: readonly PanelName[] = Object.values(AREAS).flat();
/** Panels that have something to show before a model is open. */
export const WITHOUT_MODEL: readonly PanelName[] = ['training', 'theory', 'models', 'settings'];

export function panelsOf(area: AreaName): readonly PanelName[] {
  return AREAS[area];
}

export function areaOf(panel: PanelName): AreaName {
  return AREA_NAMES.find((area) => panelsOf(area).includes(panel))!;
}
