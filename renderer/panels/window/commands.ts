/** Everything the command palette can do, in the language of the window. */
import { language, setLanguage, t } from '../../i18n/index.svelte';
import { nameOf } from '../../i18n/model-name';
import {
  exports,
  faces,
  journal,
  lattice,
  models,
  explorer,
  newFaces,
  tour,
  twin,
  undo,
  workspace,
} from '../../state/app.svelte';
import { AREA_NAMES, areaOf, PANELS } from '../../state/window/areas';
import { THEMES } from '../../state/window/workspace.svelte';
import type { IconName } from '../parts/Icon.svelte';

export interface Command {
  group: string;
  text: string;
  icon: IconName;
  /** What does the same without the palette. */
  keys?: string;
  run: () => void;
}

/** @param query what was typed: a number is a face to go to */
export function commandsFor(query: string): Command[] {
  return [
    ...faceCommands(query),
    ...panelCommands(),
    ...flightCommands(),
    ...comparisonCommands(),
    ...modelCommands(),
    ...windowCommands(),
  ];
}

function faceCommands(query: string): Command[] {
  const index = Number(/^#?(\d+)$/.exec(query.trim())?.[1] ?? NaN);
  if (!explorer.flight || !(index < explorer.flight.cloud.count)) return [];
  const text = t('where.flyToFace', { index });
  return [{ group: query, text, icon: 'fly', run: () => explorer.pick(index) }];
}

function panelCommands(): Command[] {
  return PANELS.map((panel) => {
    const area = areaOf(panel);
    const first = workspace.first(area) === panel;
    return {
      group: t(`areas.${area}`),
      text: t(`panels.${panel}`),
      icon: area,
      keys: first ? String(AREA_NAMES.indexOf(area) + 1) : undefined,
      run: () => workspace.show(panel),
    };
  });
}

function flightCommands(): Command[] {
  if (!explorer.flight) return [];
  const group = t('palette.flight');
  return [
    { group, text: t('help.home'), icon: 'home', keys: 'H', run: () => explorer.home() },
    { group, text: t('newFaces.surprise'), icon: 'new-faces', keys: 'N', run: () => void newFaces.surprise() },
    { group, text: t('face.save'), icon: 'save', run: () => void exports.saveFace() },
    { group, text: t('help.lattice'), icon: 'lattice', keys: 'G', run: () => lattice.toggle() },
    { group, text: t('help.lasso'), icon: 'lasso', keys: 'X', run: () => (faces.lassoing = !faces.lassoing) },
    { group, text: t('help.mark'), icon: 'bookmark', keys: 'B', run: () => void journal.mark() },
    { group, text: t('help.record'), icon: 'record', keys: 'R', run: () => journal.toggleRecording() },
    { group, text: t('exports.open'), icon: 'export', run: () => exports.openHere() },
  ];
}

function comparisonCommands(): Command[] {
  const group = t('areas.understand');
  const start: Command = { group, text: t('twin.tour'), icon: 'fly', run: () => void tour.start() };
  const leave: Command = { group, text: t('twin.leave'), icon: 'close', run: () => twin.leave() };
  return [...(tour.partner ? [start] : []), ...(twin.partner ? [leave] : [])];
}

function modelCommands(): Command[] {
  return (models.all ?? []).map((model) => ({
    group: t('areas.models'),
    text: t('palette.openModel', { name: nameOf(model) }),
    icon: 'models',
    run: () => void explorer.open(model.path),
  }));
}

function windowCommands(): Command[] {
  const group = t('palette.window');
  const other = language() === 'en' ? 'zh-CN' : 'en';
  return [
    ...THEMES.map((theme) => ({
      group,
      text: `${t('settings.theme')}: ${t(`settings.themes.${theme}`)}`,
      icon: 'settings' as const,
      run: () => workspace.chooseTheme(theme),
    })),
    { group, text: other === 'en' ? 'English' : '简体中文', icon: 'settings', run: () => setLanguage(other) },
    { group, text: t('help.minimap'), icon: 'map', keys: 'M', run: () => workspace.toggleMinimap() },
    { group, text: t('face.fold'), icon: 'image', keys: 'V', run: () => workspace.toggleFace() },
    { group, text: t('undo.undo'), icon: 'undo', keys: 'Ctrl Z', run: () => void undo.undo() },
    { group, text: t('undo.redo'), icon: 'redo', keys: 'Ctrl Y', run: () => void undo.redo() },
    { group, text: t('help.title'), icon: 'help', keys: '?', run: () => (workspace.help = true) },
  ];
}
