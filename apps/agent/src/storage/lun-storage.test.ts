import { expect, test } from 'vitest';
import { LunStorage } from './lun-storage.ts';

const disk = {
  kind: 'lun',
  id: 'root',
  portal: '192.0.2.50:3260',
  target: 'iqn.2026-01.com.example:web-1',
  lun: 1,
  serial: 'web-1',
} as const;

const nobody = () => {
  throw new Error('nothing may be tried');
};

test('a host tries no portal that its own file does not name', async () => {
  const access = {
    initiator: 'iqn.2026-01.com.example:host-a',
    portals: new Map([['192.0.2.51:3260', null]]),
    fence: null,
  };
  for (const known of [null, access])
    await expect(new LunStorage(known, nobody).locate(disk)).rejects.toMatchObject({ code: 'PORTAL_UNKNOWN' });
});
