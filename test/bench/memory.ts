/** A process's resident memory as Linux counts it, in MB. */
import { readFileSync, writeFileSync } from 'node:fs';

export const residentOf = (pid: number | undefined): number => read(pid, 'VmRSS');

/** The most since `forgetPeak`, or else since it began. */
export const peakOf = (pid: number | undefined): number => read(pid, 'VmHWM');

export function forgetPeak(pid: number | undefined): void {
  // proc(5), clear_refs: 5 sets the peak back to what is resident now.
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

function read(pid: number | undefined, what: 'VmRSS' | 'VmHWM'): number {
  const kilobytes = new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}
