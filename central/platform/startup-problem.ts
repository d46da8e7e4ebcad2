/**
 * Something on the machine or in the settings keeps Gondola from starting, and a person can cure it.
 *
 * The message is one sentence that says what is wrong and what to do; start files print it without a
 * stack and leave with exit code 1. Anything else that is thrown is a bug and keeps its stack.
 */
export class StartupProblem extends Error {
  override readonly name = 'StartupProblem';
}

/** The sentence of any thrown value, for messages that quote a cause. */
export function reasonOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.trim().split('\n')[0] ?? '';
}
