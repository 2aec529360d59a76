import { Menu, type MenuItemConstructorOptions } from 'electron';
import { words } from './words';

/** The application menu. @param openModel called by File › Open Model… */
export function buildMenu(openModel: () => void): Menu {
  const isMac = process.platform === 'darwin';
  const say = words();
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: say.file,
      submenu: [
        { label: say.openModel, accelerator: 'CmdOrCtrl+O', click: openModel },
        { type: 'separator' },
        { role: isMac ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: say.view,
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        { role: 'toggleDevTools' },
      ],
    },
    { role: 'windowMenu' },
  ];
  return Menu.buildFromTemplate(template);
}
