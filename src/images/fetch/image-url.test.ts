import { describe, expect, it } from 'vitest';
import { addressIn, createAddresses } from './addresses.ts';
import { ImageUrlProblem } from './image-url-problem.ts';
import { checkImageUrl } from './image-url.ts';

const open = { http: false, allowHosts: ['*'] };
const { isPublic } = createAddresses();

/** Whether a URL would lead to a look-up or a connection, and where to. */
function destination(text: string, rules = open): string {
  try {
    const { url, isNamed } = checkImageUrl(text, rules);
    const address = addressIn(url.hostname);
    if (address !== undefined && !isNamed && !isPublic(address)) return 'refused address';
    return `${isNamed ? 'named ' : ''}${url.href}`;
  } catch (failure) {
    if (!(failure instanceof ImageUrlProblem)) throw failure;
    return 'refused';
  }
}

describe('a URL of the public internet', () => {
  it.each([
    ['https://example.com/a.png', 'https://example.com/a.png'],
    ['HTTPS://EXAMPLE.COM:443/a.png?b=c#d', 'https://example.com/a.png?b=c'],
    ['https://1.1.1.1/a', 'https://1.1.1.1/a'],
    ['https://[2606:4700:4700::1111]/a', 'https://[2606:4700:4700::1111]/a'],
    ['https://bücher.example/ä', 'https://xn--bcher-kva.example/%C3%A4'],
    ['https://example.com', 'https://example.com/'],
  ])('%s is fetched', (text, href) => {
    expect(destination(text)).toBe(href);
  });
});

describe('a URL that leads inside', () => {
  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://127.0.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.1/',
    'https://0x7f.0x0.0x0.0x1/',
    'https://0177.0.0.1/',
    'https://017700000001/',
    'https://0/',
    'https://0.0.0.0/',
    'https://127.0.0.1./',
    'https://１２７.０.０.１/',
    'https://127。0。0。1/',
    'https://①②⑦.0.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://2852039166/',
    'https://0xa9fea9fe/',
    'https://0251.0376.0251.0376/',
    'https://169。254。169。254/',
    'https://%31%36%39.254.169.254/',
    'https://10.0.0.1/',
    'https://192.168.0.1/',
    'https://100.64.0.1/',
    'https://[::1]/',
    'https://[::]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::ffff:0:127.0.0.1]/',
    'https://[::127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[64:ff9b::169.254.169.254]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:0:1::1]/',
    'https://[fe80::1]/',
    'https://[fc00::1]/',
    'https://[fd00:ec2::254]/',
    'https://[ff02::1]/',
  ])('%s is refused by its address', (text) => {
    expect(destination(text)).toBe('refused address');
  });

  it.each([
    'https://localhost/',
    'https://LOCALHOST/',
    'https://localhost./',
    'https://metadata/',
    'https://example.com./',
    'https://user@example.com/',
    'https://user:password@example.com/',
    'https://1.1.1.1@127.0.0.1/',
    'https://example.com:8443/',
    'https://example.com:80/',
    'https://example.com:22/',
    'https://example.com:6379/',
    'https://[fe80::1%25eth0]/',
    'https://[::1',
    'https://',
    'https:///',
    'https://exa mple.com/',
    'https://example.com/a b',
    ' https://example.com/',
    'https://example.com/\n',
    'https://exam\tple.com/',
    'ht\ntps://example.com/',
    'https:\\\\example.com/',
    'https://example.com\\@127.0.0.1/',
    'https://example.com/\u0000',
    'https://example.com/\u00a0',
    'https://exa%00mple.com/',
    'https://256.256.256.256/',
    'https://1.2.3.4.5/',
    `https://example.com/${'a'.repeat(4096)}`,
    '//example.com/a.png',
    '/a.png',
    'a.png',
    '',
    'http://example.com/a.png',
    'ftp://example.com/a.png',
    'file:///etc/passwd',
    'file://localhost/etc/passwd',
    'gopher://127.0.0.1:6379/_',
    'blob:https://example.com/1',
    'javascript:alert(1)',
    'about:blank',
    'unix:/run/docker.sock',
    'ws://example.com/',
    'dict://127.0.0.1:11211/',
    'view-source:https://example.com/',
    'data:image/png;base64,AAAA',
  ])('%j is refused', (text) => {
    expect(destination(text)).toBe('refused');
  });
});

describe('hosts that the configuration names', () => {
  const rules = { http: true, allowHosts: ['Mirror.Intranet:8443', 'images.example', '[::1]:8080', '10.1.2.3'] };

  it.each([
    ['https://mirror.intranet:8443/a', 'named https://mirror.intranet:8443/a'],
    ['http://mirror.intranet:8443/a', 'named http://mirror.intranet:8443/a'],
    ['https://images.example/a', 'named https://images.example/a'],
    ['http://images.example/a', 'named http://images.example/a'],
    ['http://[::1]:8080/a', 'named http://[::1]:8080/a'],
    ['https://10.1.2.3/a', 'named https://10.1.2.3/a'],
    ['https://mirror.intranet/a', 'refused'],
    ['https://images.example:8443/a', 'refused'],
    ['https://user@images.example/a', 'refused'],
    ['https://images.example.evil.example/a', 'refused'],
    ['https://evil-images.example/a', 'refused'],
    ['https://other.example/a', 'refused'],
    ['https://10.1.2.4/a', 'refused'],
  ])('allow %s: %s', (text, outcome) => {
    expect(destination(text, rules)).toBe(outcome);
  });

  it('stand beside the public ones where `*` is listed too', () => {
    const both = { http: false, allowHosts: ['*', 'mirror.intranet'] };

    expect(destination('https://example.com/', both)).toBe('https://example.com/');
    expect(destination('https://mirror.intranet/', both)).toBe('named https://mirror.intranet/');
    expect(destination('https://10.0.0.1/', both)).toBe('refused address');
  });
});

it('a redirect is read against the URL that it came from, and by the same rules', () => {
  const base = new URL('https://example.com/a/b.png');

  expect(checkImageUrl('../c.png', open, base).url.href).toBe('https://example.com/c.png');
  expect(checkImageUrl('//other.example/c', open, base).url.href).toBe('https://other.example/c');
  expect(() => checkImageUrl('http://example.com/c.png', open, base)).toThrow('scheme');
  expect(() => checkImageUrl('//localhost/c', open, base)).toThrow('without a domain');
});
