import { contextBridge } from 'electron';
import { BRIDGE_NAME, readBridge } from '../ipc/contract.ts';

// Sandboxed: the page gets one frozen address, and nothing of Node or Electron.
const bridge = readBridge(process.argv);
if (bridge !== null) contextBridge.exposeInMainWorld(BRIDGE_NAME, bridge);
