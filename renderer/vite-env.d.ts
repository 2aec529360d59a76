import type { HostBridge } from '../main/contract';

declare global {
  interface Window {
    /** Present under Electron only. */
    latentscape?: HostBridge;
  }
}
