/** What is behind a network interface: a tap by its name, or a hub that is on no network. */
export type NetworkPeer = { tap: string | null } | { unknown: string };

/** What each netdev is, from `info network`: QEMU says it in no other way. */
export function parseNetworkPeers(text: string): Map<string, NetworkPeer> {
  const peers = new Map<string, NetworkPeer>();
  let inHub = false;
  for (const line of text.split(/\r?\n/)) {
    if (/^hub \d+/.test(line)) inHub = true;
    else if (/^\S/.test(line)) inHub = false;
    const [, name, rest] = /^ \\ ([^:]+): (.*)$/.exec(line) ?? [];
    if (name !== undefined && rest !== undefined) peers.set(name, inHub ? { tap: null } : peerOf(rest));
  }
  return peers;
}

function peerOf(words: string): NetworkPeer {
  const type = /(?:^|,)type=([\w-]+)/.exec(words)?.[1] ?? 'unknown';
  const tap = /,ifname=([^,]+)/.exec(words)?.[1];
  return type === 'tap' && tap !== undefined ? { tap } : { unknown: type };
}
