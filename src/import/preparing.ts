import { loadSecrets, type Secrets } from '../secrets.ts';
import type { Refused } from './refused.ts';
import type { StreamRow } from './rows.ts';
import { type Entry, readEntry } from './sources.ts';
import { stagedBatches } from './staging.ts';
import { derivedId } from './uuid.ts';

/** Streams of one transaction: their random keys touch a page each, and many at once touch fewer pages than rows. */
const BATCH = 10_000;

/** A stream with what is costly to make, and is made before the database is held. */
export interface Prepared {
  file: string;
  number: number;
  label: string;
  /** The export's id, or one derived from the name. */
  id: string;
  row: StreamRow;
  hash: string;
  cipher: string;
  pushCipher: string | null;
}

/** In the order of ids, and what cannot be read. */
export interface PreparedBatch {
  streams: Prepared[];
  refused: Refused[];
}

export interface Preparing {
  /** Where the streams are staged. */
  folder: string;
  /** The data folder, for its secrets. */
  data: string;
  organisation: string;
  /** Streams of earlier runs that are passed over. */
  skip: number;
}

function prepare(entry: Entry, organisation: string, secrets: Secrets): Prepared | Refused {
  const { file, number, label, row, problem } = readEntry(entry);
  if (row?.of !== 'stream') return { file, number, kind: 'stream', label, reason: problem! };
  const { streamname, pushUrl } = row;
  return {
    file,
    number,
    label,
    id: row.id ?? derivedId(secrets, organisation, streamname),
    row,
    hash: secrets.fingerprint(streamname),
    cipher: secrets.encrypt(streamname),
    pushCipher: pushUrl === null ? null : secrets.encrypt(pushUrl),
  };
}

/** What was staged, read, checked, hashed and encrypted. */
export async function* preparedBatches({ folder, data, organisation, skip }: Preparing): AsyncGenerator<PreparedBatch> {
  const secrets = await loadSecrets(data);
  for await (const entries of stagedBatches(folder, BATCH, skip)) {
    const batch: PreparedBatch = { streams: [], refused: [] };
    for (const entry of entries) {
      const one = prepare(entry, organisation, secrets);
      if ('reason' in one) batch.refused.push(one);
      else batch.streams.push(one);
    }
    batch.streams.sort((a, b) => (a.id < b.id ? -1 : 1));
    yield batch;
  }
}
