/**
 * Formats whose texts may be long, in forms of which the greatest length is plain: each length of the whole format would
 * take a copy of its states. They are shorter than may be asked for, but long enough for what a model makes up.
 * Undefined where there is no such form of so few characters.
 */
export function formatWithin(format: string, maxLength: number): string | undefined {
  /** How long each of some parts may be where other characters take so many. */
  const share = (parts: number, others: number, most = 20) => Math.min(most, Math.floor((maxLength - others) / parts));
  switch (format) {
    case 'uri':
    case 'uri-reference': {
      if (maxLength < 15) return undefined;
      if (maxLength < 40) return '^https?://[a-z0-9]{1,4}\\.[a-z]{2}$';
      return `^https?://[a-z0-9]{1,20}\\.[a-z]{2,8}(?:/[a-zA-Z0-9._~/?=&-]{0,${share(1, 38, 160)}})?$`;
    }
    case 'hostname': {
      const label = share(3, 2);
      return label < 1 ? undefined : `^[a-zA-Z0-9]{1,${label}}(?:\\.[a-zA-Z0-9]{1,${label}}){0,2}$`;
    }
    case 'email': {
      const part = share(3, 9);
      if (part < 1) return undefined;
      return `^[a-z0-9]{1,${part}}(?:\\.[a-z0-9]{1,${part}})?@[a-z0-9]{1,${part}}\\.[a-z]{2,6}$`;
    }
    default:
      return undefined;
  }
}
