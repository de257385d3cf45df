import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const TICK_MS = 1_000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Fields of /proc/<pid>/stat behind the name: parent at 1, user and system ticks at 11 and 12. See proc(5). */
const stat = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');

/** User and system time these processes have used, in milliseconds. */
export function cpuMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (Number(stat(pid)[11]) + Number(stat(pid)[12])) * TICK_MS, 0);
}

/** Resident memory of these processes, in megabytes. */
export function residentMb(pids: readonly number[]): number {
  const kilobytes = (pid: number) =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  return pids.reduce((sum, pid) => sum + kilobytes(pid) / 1_024, 0);
}

/** The processes that this one has started. */
export function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return Number(stat(pid)[1]) === parent;
      } catch {
        return false; // It ended while we were looking.
      }
    });
}

/** The media engine's process among those that this one supervises. */
export function engineOf(supervisor: number): number {
  const found = childrenOf(supervisor).find((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('rtmp/main.ts'),
  );
  if (found === undefined) throw new Error('The engine does not run');
  return found;
}
