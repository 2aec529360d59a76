/** Gives the sandboxed page the few things that a browser has not. Nothing of Electron itself gets through. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { HostBridge } from '../contract';
import { ENGINE_PORT } from '../rpc/port-channel';
import type { Events, Requests } from './ipc';

function ask<Name extends keyof Requests>(name: Name, ...args: Parameters<Requests[Name]>): ReturnType<Requests[Name]> {
  return ipcRenderer.invoke(name, ...args) as ReturnType<Requests[Name]>;
}

function on<Name extends keyof Events>(
  name: Name,
  listener: (value: Events[Name], event: Electron.IpcRendererEvent) => void,
): void {
  ipcRenderer.on(name, (event, value: Events[Name]) => listener(value, event));
}

// A MessagePort cannot cross the bridge; it can as part of a window message.
on('engine:port', (_, { ports }) => window.postMessage(ENGINE_PORT, location.origin, ports));

const bridge: HostBridge = {
  kind: 'electron',
  connect: () => ask('engine:connect'),
  pickFolder: () => ask('dialog:folder'),
  pickFile: (extensions) => ask('dialog:file', extensions),
  // Electron tells the path of files that a person has dropped or chosen, and of no others.
  pathOf: async (file) => {
    const path = webUtils.getPathForFile(file);
    if (path) await ask('files:dropped', path);
    return path;
  },
  onOpenFile: (open) => {
    on('files:open', (path) => open(path));
    void ask('files:listen').then((paths) => paths.forEach(open));
  },
};

contextBridge.exposeInMainWorld('latentscape', bridge);
