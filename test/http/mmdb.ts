import ipaddr from 'ipaddr.js';

type Value = string | number | readonly string[] | { readonly [key: string]: Value };

/** Of the MMDB format: text, 32-bit integer, map, list. */
const TYPES = { string: 2, number: 6, map: 7, array: 11 } as const;

/** The type and the size, which is below 29 here. */
const control = (type: number, size: number): Buffer =>
  type > 7 ? Buffer.from([size, type - 7]) : Buffer.from([(type << 5) | size]);

function encode(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(TYPES.string, value.length), Buffer.from(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(TYPES.number, 4), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([control(TYPES.array, value.length), ...value.map(encode)]);
  const entries = Object.entries(value as Record<string, Value>);
  return Buffer.concat([control(TYPES.map, entries.length), ...entries.flat().map((one) => encode(one as Value))]);
}

/** The bits of a network; IPv4 lies at the beginning of IPv6, as in the files there are. */
function bitsOf(cidr: string): string {
  const [address, bits] = ipaddr.parseCIDR(cidr);
  const bytes = address.toByteArray();
  const text = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return bytes.length === 4 ? '0'.repeat(96) + text.slice(0, bits) : text.slice(0, bits);
}

/** What follows a 0 and a 1: more of them, where in the data the answer is, or nothing. */
type Node = [Node | number | null, Node | number | null];

function under(node: Node, bit: 0 | 1): Node {
  const known = node[bit];
  if (Array.isArray(known)) return known;
  const made: Node = [null, null];
  node[bit] = made;
  return made;
}

/** An MMDB file that knows the countries of these networks. */
export function mmdbOf(countries: Readonly<Record<string, string>>): Buffer {
  const data: Buffer[] = [];
  const root: Node = [null, null];
  for (const [cidr, iso_code] of Object.entries(countries)) {
    const bits = [...bitsOf(cidr)].map((bit) => (bit === '1' ? 1 : 0));
    const last = bits.pop()!;
    const leaf = bits.reduce(under, root);
    leaf[last] = Buffer.concat(data).length;
    data.push(encode({ country: { iso_code } }));
  }
  const nodes: Node[] = [root];
  for (const node of nodes) for (const child of node) if (Array.isArray(child)) nodes.push(child);
  const tree = Buffer.alloc(nodes.length * 8);
  nodes.flat().forEach((child, index) => {
    const number = typeof child === 'number' ? nodes.length + 16 + child : nodes.length;
    tree.writeUInt32BE(Array.isArray(child) ? nodes.indexOf(child) : number, index * 4);
  });
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_750_000_000,
    database_type: 'Test-Country',
    description: { en: 'Test' },
    ip_version: 6,
    languages: ['en'],
    node_count: nodes.length,
    record_size: 32,
  });
  return Buffer.concat([
    tree,
    Buffer.alloc(16),
    ...data,
    Buffer.from('abcdef', 'hex'),
    Buffer.from('MaxMind.com'),
    metadata,
  ]);
}
