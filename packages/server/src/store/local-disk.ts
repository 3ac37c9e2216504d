/**
 * Whether SQLite may keep its file in a folder, and how much room is left there.
 *
 * Promise: a network file system is refused by name: its locks do not hold, and two servers would spoil the file.
 */
import { statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** `f_type` of Linux's statfs (linux/magic.h) for what is not a disk of this machine. */
const networkTypes: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x65735546, 'FUSE'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
  [0x73757245, 'Coda'],
]);

const isFile = (file: string): boolean => file !== ':memory:';
const statOf = (file: string) => statfsSync(dirname(resolve(file)));

/** Throws a sentence when `file` would lie on a network file system; other systems than Linux do not tell. */
export function demandLocalDisk(file: string, typeOf: (file: string) => number = (path) => statOf(path).type): void {
  if (!isFile(file) || process.platform !== 'linux') return;
  const network = networkTypes.get(typeOf(file) >>> 0);
  if (network !== undefined)
    throw new Error(
      `${file} would lie on a network file system (${network}), where SQLite's locks do not hold: use a local disk or PostgreSQL.`,
    );
}

/** Bytes that this process may still write beside `file`; undefined where there is none or nobody tells. */
export function freeBytes(file: string): number | undefined {
  if (!isFile(file)) return undefined;
  try {
    const { bavail, bsize } = statOf(file);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
