/** The iSCSI name of a host, and of a guest's target. */
export function iscsiName(of: string): string {
  return `iqn.2026-01.test.ferry:${of}`;
}
