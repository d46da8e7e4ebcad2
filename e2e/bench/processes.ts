/** What processes have used, by /proc: Linux only, as the embedded Postgres is. */
import { readFileSync } from 'node:fs';

/** Processor time since their starts, in seconds. */
export interface CpuSeconds {
  readonly central: number;
  readonly postgres: number;
  readonly generator: number;
}

export interface WatchedProcesses {
  readonly centralPid: number;
  /** The server's first process; the backends are its children. */
  readonly postmasterPid: number;
}

/** USER_HZ, which the kernel fixes for user space on every architecture that this runs on. */
const TICKS_PER_SECOND = 100;
const KILOBYTES_PER_MEGABYTE = 1024;

/** Central, Postgres with all its backends (also those that have ended), and this process. */
export function readCpuSeconds({ centralPid, postmasterPid }: WatchedProcesses): CpuSeconds {
  const { user, system } = process.cpuUsage();
  return {
    central: ownSeconds(statOf(centralPid)),
    postgres: treeSeconds(postmasterPid),
    generator: (user + system) / 1e6,
  };
}

export function cpuBetween(before: CpuSeconds, after: CpuSeconds): CpuSeconds {
  return {
    central: after.central - before.central,
    postgres: after.postgres - before.postgres,
    generator: after.generator - before.generator,
  };
}

/** The most memory that a process has had resident, in megabytes. */
export function peakRssMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / KILOBYTES_PER_MEGABYTE;
}

interface Stat {
  readonly own: number;
  /** Of children that have ended. */
  readonly ended: number;
}

function treeSeconds(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  const stat = statOf(pid);
  return (
    ownSeconds(stat) +
    stat.ended / TICKS_PER_SECOND +
    children.reduce((sum, child) => sum + ownSeconds(statOf(Number(child))), 0)
  );
}

function ownSeconds({ own }: Stat): number {
  return own / TICKS_PER_SECOND;
}

function statOf(pid: number): Stat {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return { own: 0, ended: 0 }; // ended between two looks: its parent counts it from now on
  }
  // The second field is a name in brackets and may hold spaces; counted from the third.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
  return { own: user + system, ended: endedUser + endedSystem };
}
