/** All that crosses between Electron's main process and the page: one address, given once, at the start. */

/** Where the page reaches the centre. HTTP goes through the page's own origin, which main forwards. */
export interface ShellBridge {
  readonly httpUrl: string;
  /** Origin for the socket, which no custom protocol can carry. */
  readonly socketUrl: string;
}

/** Name of the bridge on the page's global object. */
export const BRIDGE_NAME = 'gondola';

const ARGUMENT = '--gondola-socket-url=';

/** The argument by which main tells the sandboxed preload. */
export function bridgeArgument(centralUrl: string): string {
  return `${ARGUMENT}${centralUrl}`;
}

/** The bridge that the arguments describe; null when main has given none. */
export function readBridge(processArguments: readonly string[]): ShellBridge | null {
  const found = processArguments.find((argument) => argument.startsWith(ARGUMENT));
  return found === undefined ? null : { httpUrl: '', socketUrl: found.slice(ARGUMENT.length) };
}
