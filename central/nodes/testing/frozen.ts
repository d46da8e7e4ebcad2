/** A node in a process of its own that is frozen at one point of one statement. */
import type { Gate, GatedNodeCommand, GatedNodeOptions } from './gated-node.ts';
import { type Program, startProgram } from './programs.ts';
import type { Point } from './watched-pool.ts';

/** Where a process is stopped. */
export interface FreezePoint {
  readonly point: Point;
  readonly statement: number;
  readonly text: string;
}

export interface GatedNode {
  readonly program: Program;
  tell(command: GatedNodeCommand): void;
}

/** Starts a node; it is ready for commands when this resolves. Without a gate it goes through. */
export async function startGatedNode(options: GatedNodeOptions, gate?: Gate): Promise<GatedNode> {
  const program = startProgram(['central/nodes/testing/gated-node.ts', JSON.stringify(options)], {});
  await program.hear(({ said }) => said === 'ready');
  const node: GatedNode = { program, tell: (command) => program.say({ ...command }) };
  if (gate !== undefined) node.tell({ do: 'arm', gate });
  return node;
}

/** Waits until the node stands at its gate, then stops the process there. */
export async function freezeAtGate({ program }: GatedNode): Promise<void> {
  await program.hear(({ said }) => said === 'stands');
  await program.freeze();
}

/** Wakes the process and opens its gate. */
export function thaw({ program, tell }: GatedNode): void {
  tell({ do: 'go' });
  program.thaw();
}

/** Every point at which the program may stand, from what it said while it went through without a gate. */
export async function pointsOf(node: GatedNode, isLast: (text: string) => boolean): Promise<FreezePoint[]> {
  const points: FreezePoint[] = [];
  for (;;) {
    const { point, number, text } = await node.program.hear(({ said }) => said === 'passes');
    points.push({ point: point as Point, statement: Number(number), text: String(text) });
    if (point === 'after' && isLast(String(text))) return points;
  }
}

/** Runs `work` for each item, at most `atOnce` at the same time. */
export async function inParallel<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
