import { describe, expect, it } from 'vitest';
import { cpioArchive, folderEntry } from './cpio-archive.ts';

describe('a cpio archive', () => {
  it('is laid out as the kernel reads it: header, name, content, each on four bytes', () => {
    const archive = cpioArchive([folderEntry('dev'), { path: 'init', mode: 0o100755, content: Buffer.from('hello') }]);
    const text = archive.toString('latin1');
    expect(archive.length % 4).toBe(0);
    expect(text.startsWith('070701')).toBe(true);
    const second = text.indexOf('070701', 6);
    expect(second % 4).toBe(0);
    expect(text.slice(second + 14, second + 22)).toBe((0o100755).toString(16).padStart(8, '0'));
    expect(text.slice(second + 110, second + 115)).toBe('init\0');
    expect(text.slice(second + 116, second + 121)).toBe('hello');
    expect(text).toContain('TRAILER!!!');
  });
});
