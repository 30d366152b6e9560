import { BlockList, isIP, isIPv6 } from 'node:net';

/** IPv4 that is not of the public internet (IANA's special-purpose registry), and what clouds answer their machines at. */
const notPublicV4: readonly (readonly [net: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** The only IPv6 addresses given out to the internet at large… */
const publicV6 = ['2000::', 3] as const;
/** …less those that hold an IPv4 address (Teredo, 6to4), are for protocols, or stand in documents. */
const notPublicV6: readonly (readonly [net: string, prefix: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/** What even a host that the configuration names must not lead to: its own link, metadata, everyone, no one. */
const neverV4: readonly (readonly [net: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** The one IPv6 address at which a cloud answers its machines. */
const metadataV6 = 'fd00:ec2::254';

/** Which addresses may be connected to. */
export interface Addresses {
  /** Of the public internet, as far as that can be told. Texts that are no address are not. */
  readonly isPublic: (address: string) => boolean;
  /** Public, private or this machine's: for a host that the configuration names. */
  readonly isNameable: (address: string) => boolean;
}

export function createAddresses(): Addresses {
  const global = subnets('ipv6', [publicV6]);
  const special = subnets('ipv6', notPublicV6);
  const notPublic = subnets('ipv4', notPublicV4);
  const never = subnets('ipv4', neverV4);
  const isPublicV6 = (address: string) => global.check(address, 'ipv6') && !special.check(address, 'ipv6');
  const nameableV6 = subnets('ipv6', [
    ['::1', 128],
    ['fc00::', 7],
  ]);
  const metadata = subnets('ipv6', [[metadataV6, 128]]);
  return {
    isPublic: (address) =>
      plainFamily(address) === 4
        ? !notPublic.check(address, 'ipv4')
        : plainFamily(address) === 6 && isPublicV6(address),
    isNameable: (address) =>
      plainFamily(address) === 4
        ? !never.check(address, 'ipv4')
        : plainFamily(address) === 6 &&
          (isPublicV6(address) || (nameableV6.check(address, 'ipv6') && !metadata.check(address, 'ipv6'))),
  };
}

/** 4 or 6; 0 for anything else, and for an address with a zone, which is of a link. */
function plainFamily(address: string): number {
  return address.includes('%') || address.includes('[') ? 0 : isIP(address);
}

function subnets(family: 'ipv4' | 'ipv6', nets: readonly (readonly [net: string, prefix: number])[]): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of nets) list.addSubnet(net, prefix, family);
  return list;
}

/** The address in a URL's host, or undefined where it is a name. */
export function addressIn(hostname: string): string | undefined {
  if (isIP(hostname) === 4) return hostname;
  const inner = hostname.startsWith('[') && hostname.endsWith(']') ? hostname.slice(1, -1) : '';
  return isIPv6(inner) ? inner : undefined;
}
