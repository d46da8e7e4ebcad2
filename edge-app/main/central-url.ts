export const DEFAULT_CENTRAL_URL = 'http://127.0.0.1:8080';

/**
 * The centre's origin: `--central=URL`, else GONDOLA_CENTRAL_URL, else this machine. Throws a sentence for a person when
 * it is not an http(s) address.
 */
export function centralUrlOf(
  processArguments: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const argument = processArguments.find((text) => text.startsWith('--central='))?.slice('--central='.length);
  const text = argument ?? environment['GONDOLA_CENTRAL_URL'] ?? DEFAULT_CENTRAL_URL;
  const url = parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new Error(`The address of the centre must begin with http:// or https://, and "${text}" does not.`);
  }
  return url.origin;
}

function parse(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
