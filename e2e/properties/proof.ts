import fc from 'fast-check';

/** How often a property is tried: in `npm test`, and in `npm run test:soak`. */
export interface Runs {
  readonly quick: number;
  readonly soak: number;
}

export const IS_SOAK = process.env['SOAK'] === '1';
/** Vitest's own limit is for short tests; a soak of a million cases takes minutes. */
export const PROOF_TIMEOUT_MS = 3_600_000;

const SEED = Number(process.env['PROOF_SEED'] ?? 20_260_101);
const PATH = process.env['PROOF_PATH'];

export function runsOf({ quick, soak }: Runs): number {
  return IS_SOAK ? soak : quick;
}

/** Where a failure can be found again. */
export interface Place {
  readonly file: string;
  readonly title: string;
}

/** Tries the property with a fixed seed; a failure says its seed, its smallest case and the command that repeats it. */
export function prove<Case>(place: Place, runs: Runs, property: fc.IProperty<Case>): void {
  const details = fc.check(property, parameters(runs)) as fc.RunDetails<Case>;
  if (details.failed) throw new Error(report(place, details));
}

/** {@link prove} for properties that wait. */
export async function proveLater<Case>(
  place: Place,
  runs: Runs,
  property: fc.IAsyncProperty<Case>,
): Promise<void> {
  const details = await fc.check(property, parameters(runs));
  if (details.failed) throw new Error(report(place, details));
}

function parameters<Case>(runs: Runs): fc.Parameters<Case> {
  return { seed: SEED, numRuns: runsOf(runs), ...(PATH === undefined ? {} : { path: PATH }) };
}

function report<Case>({ file, title }: Place, details: fc.RunDetails<Case>): string {
  const { seed, counterexamplePath, counterexample, numRuns, errorInstance } = details;
  const rerun = `PROOF_SEED=${seed} PROOF_PATH='${counterexamplePath ?? ''}' npx vitest run --project unit ${file} -t '${title}'`;
  const why = errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : errorInstance;
  return `${title}: failed in case ${numRuns}, seed ${seed}\nsmallest case: ${fc.stringify(counterexample)}\n${why}\nagain: ${IS_SOAK ? 'SOAK=1 ' : ''}${rerun}`;
}
