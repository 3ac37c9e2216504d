import { describe, expect, it } from 'vitest';
import { demandLocalDisk, freeBytes } from '@tillkit/server/store/local-disk';
import { newFolder } from '../../support/folder.ts';

describe('the place of a SQLite file', () => {
  // linux/magic.h
  it.each([
    ['NFS', 0x6969],
    ['SMB', 0x517b],
    ['CIFS', 0xff534d42],
    ['CIFS', 0xff534d42 | 0], // as a signed number
    ['SMB2', 0xfe534d42],
    ['FUSE', 0x65735546],
  ])('is refused on %s (%i), by name', (name, type) => {
    expect(() => demandLocalDisk('/srv/till.sqlite', () => type)).toThrow(`network file system (${name})`);
  });

  it.each([
    ['ext4', 0xef53],
    ['xfs', 0x58465342],
    ['btrfs', 0x9123683e],
    ['overlay', 0x794c7630],
    ['tmpfs', 0x01021994],
    ['zfs', 0x2fc12fc1],
  ])('may be on %s', (_, type) => {
    expect(() => demandLocalDisk('/srv/till.sqlite', () => type)).not.toThrow();
  });

  it('is the folder of the file, and has room', () => {
    const file = newFolder()('till.sqlite');
    expect(() => demandLocalDisk(file)).not.toThrow();
    expect(freeBytes(file)).toBeGreaterThan(0);
    expect(freeBytes('/no/such/folder/till.sqlite')).toBeUndefined();
    expect(freeBytes(':memory:')).toBeUndefined();
  });
});
