import { describe, expect, it } from 'vitest';
import { addressIn, createAddresses } from './addresses.ts';

const { isPublic, isNameable } = createAddresses();

describe('an address that clients may lead to', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.1',
    '198.17.255.255',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001::1',
  ])('is %s', (address) => {
    expect(isPublic(address)).toBe(true);
    expect(isNameable(address)).toBe(true);
  });

  it.each([
    ['this network', '0.0.0.0', '0.1.2.3'],
    ['private', '10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
    ['of a carrier', '100.64.0.1', '100.127.255.255', '100.100.100.200'],
    ['loopback', '127.0.0.1', '127.255.255.254', '::1'],
    ['link-local', '169.254.169.254', '169.254.170.2', 'fe80::1', 'febf::1'],
    ['metadata', '168.63.129.16', '192.0.0.192', 'fd00:ec2::254'],
    ['for protocols, documents, measurements', '192.0.0.1', '192.0.2.1', '192.88.99.1', '198.18.0.1', '198.19.255.255'],
    ['for documents', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
    ['multicast', '224.0.0.1', '239.255.255.255', 'ff02::1'],
    ['reserved', '240.0.0.1', '255.255.255.255', '100::1', '4000::1', 'fec0::1'],
    ['unspecified', '::'],
    ['IPv4 mapped', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '::ffff:0:127.0.0.1'],
    ['IPv4-compatible', '::127.0.0.1', '::7f00:1'],
    ['NAT64', '64:ff9b::7f00:1', '64:ff9b::169.254.169.254', '64:ff9b:1::1'],
    ['6to4', '2002:7f00:1::', '2002:a9fe:a9fe::1'],
    ['Teredo', '2001::1', '2001:0:53aa:64c::1'],
    ['for protocols', '2001:2::1', '2001:20::1'],
    ['unique local', 'fc00::1', 'fdff::1'],
    ['with a zone', 'fe80::1%eth0', '2606:4700::1%1'],
    ['no address', '', 'localhost', '127.1', '0x7f.0.0.1', '1.1.1.1.', '[::1]', '1.1.1.1/8', '2606:4700::1\n'],
  ])('is none that is %s', (_, ...addresses) => {
    expect(addresses.filter(isPublic)).toEqual([]);
  });
});

describe('an address that the host named in the configuration may have', () => {
  it.each(['10.0.0.1', '127.0.0.1', '192.168.1.1', '100.64.0.1', '::1', 'fd12:3456::1', '8.8.8.8', '2606:4700::1'])(
    'is %s',
    (address) => {
      expect(isNameable(address)).toBe(true);
    },
  );

  it.each([
    '0.0.0.0',
    '169.254.169.254',
    '169.254.0.1',
    '168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
    'fd00:ec2::254',
    'fe80::1',
    '::',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '224.0.0.1',
    'ff02::1',
    '255.255.255.255',
  ])('is never %s', (address) => {
    expect(isNameable(address)).toBe(false);
  });
});

it.each([
  ['127.0.0.1', '127.0.0.1'],
  ['[::1]', '::1'],
  ['localhost', undefined],
  ['[v1.x]', undefined],
])('%s as a URL’s host holds the address %s', (hostname, address) => {
  expect(addressIn(hostname)).toBe(address);
});
