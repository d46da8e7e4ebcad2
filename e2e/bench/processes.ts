/** What processes have used, by /proc: Linux only, as the embedded Postgres is. */
import { readFileSync } from 'node:fs';

/** Processor time since their starts, in seconds. */
export interface CpuSeconds {
  readonly central: number;
  readonly postgres: number;
  readonly generator: number;
  /** All processors of the machine, whoever used them. */
  readonly machine: number;
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
    machine: machineSeconds(),
  };
}

/** Part of the machine's used processor time that nothing of the benchmark used: other programs bend every figure. */
export function othersShare({ central, postgres, generator, machine }: CpuSeconds): number {
  return machine === 0 ? 0 : Math.max(0, 1 - (central + postgres + generator) / machine);
}

/** For a server that is loaded by this process or its children: their time counts as the generator's. */
export function readYardstickCpuSeconds(postmasterPid: number): CpuSeconds {
  return {
    central: 0,
    postgres: treeSeconds(postmasterPid),
    generator: treeSeconds(process.pid),
    machine: machineSeconds(),
  };
}

export function cpuBetween(before: CpuSeconds, after: CpuSeconds): CpuSeconds {
  return {
    central: after.central - before.central,
    postgres: after.postgres - before.postgres,
    generator: after.generator - before.generator,
    machine: after.machine - before.machine,
  };
}

/** The most memory that a process has had resident, in megabytes. */
export function peakRssMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / KILOBYTES_PER_MEGABYTE;
}

/** Processor time of these processes since their starts. */
export function cpuSecondsOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + ownSeconds(statOf(pid)), 0);
}

interface Stat {
  readonly own: number;
  /** Of children that have ended. */
  readonly ended: number;
}

/** User, nice, system, interrupts and what a host took from this machine; not idle and not waiting for a disk. */
function machineSeconds(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user = 0, nice = 0, system = 0, , , hardInterrupts = 0, softInterrupts = 0, stolen = 0] = line
    .split(/ +/)
    .slice(1)
    .map(Number);
  return (user + nice + system + hardInterrupts + softInterrupts + stolen) / TICKS_PER_SECOND;
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
