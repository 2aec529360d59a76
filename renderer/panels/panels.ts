import type { Component } from 'svelte';
import { t } from '../i18n/index.svelte';
import type { PanelName } from '../state/window/workspace.svelte';
import ComparePanel from './compare/ComparePanel.svelte';
import FacesPanel from './faces/FacesPanel.svelte';
import FramesPanel from './frames/FramesPanel.svelte';
import ModelsPanel from './models/ModelsPanel.svelte';
import PathsPanel from './paths/PathsPanel.svelte';
import PosteriorPanel from './posterior/PosteriorPanel.svelte';
import ScoresPanel from './scores/ScoresPanel.svelte';
import TheoryPanel from './theory/TheoryPanel.svelte';
import TrainingPanel from './training/TrainingPanel.svelte';

export interface Panel {
  title: () => string;
  /** CSS pixels; less where the window is narrow. */
  width: number;
  content: Component;
}

/** What opens beside the rail; its order there and the keys 1, 2, … are those of `PANELS`. */
export const panels: Record<PanelName, Panel> = {
  models: { title: () => t('models.title'), width: 360, content: ModelsPanel },
  training: { title: () => t('training.title'), width: 496, content: TrainingPanel },
  scores: { title: () => t('scores.title'), width: 440, content: ScoresPanel },
  compare: { title: () => t('twin.title'), width: 360, content: ComparePanel },
  faces: { title: () => t('faces.title'), width: 376, content: FacesPanel },
  frames: { title: () => t('frames.title'), width: 400, content: FramesPanel },
  theory: { title: () => t('theory.title'), width: 440, content: TheoryPanel },
  posterior: { title: () => t('posterior.title'), width: 376, content: PosteriorPanel },
  paths: { title: () => t('paths.title'), width: 440, content: PathsPanel },
};
