import type { SampleBatch, StreamSample } from '../media/samples.ts';
import { addAcross, addsUpAcross, FIGURE_COLUMNS, type Figures, SAMPLE_MS, wholeFigure } from '../metrics/figures.ts';
import { listed, type Merge, mergeRows } from './bulk.ts';
import { addAudience } from './metric-audience.ts';
import type { Tx } from './store.ts';

/** Names what is written together: it is written once. */
export type BatchName = Pick<SampleBatch, 'source' | 'seq' | 'at'>;

/** A stream's window; or, with the organisation's id as `subject_id`, what is the organisation's alone. */
export interface Measured {
  subject_id: string;
  organisation_id: string;
  figures: Readonly<Figures>;
}

/** Timestamps may jump by three weeks with every frame: their sum would outgrow what a database can hold. */
const MOST_GAP_MS = 86_400_000;

const figuresOf = (sample: StreamSample): Figures => ({
  streams: sample.live ? 1 : 0,
  live_ms: wholeFigure(sample.liveMs),
  bytes_in: wholeFigure(sample.bytesIn),
  bytes_video: wholeFigure(sample.bytesVideo),
  bytes_audio: wholeFigure(sample.bytesAudio),
  frames: wholeFigure(sample.frames),
  key_frames: wholeFigure(sample.keyFrames),
  key_frame_ms: wholeFigure(sample.keyFrameMs),
  media_ms: wholeFigure(sample.mediaMs),
  gaps: wholeFigure(sample.gaps),
  gap_ms: Math.min(wholeFigure(sample.gapMs), MOST_GAP_MS),
  width: wholeFigure(sample.width),
  height: wholeFigure(sample.height),
  bytes_out: wholeFigure(sample.bytesOut),
  viewers: wholeFigure(sample.viewers),
  viewer_ms: wholeFigure(sample.viewerMs),
  starts: wholeFigure(sample.starts),
  startups: wholeFigure(sample.startups),
  startup_ms: wholeFigure(sample.startupMs),
  dropped: wholeFigure(sample.dropped),
  refused_locked: 0,
  refused_token: 0,
  refused_blocked: 0,
  refused_other: 0,
});

const ACROSS: Merge = Object.fromEntries(
  FIGURE_COLUMNS.map((column) => [column, addsUpAcross(column) ? 'sum' : 'max']),
);

/** Whether this call is the first to write the batch. */
async function isFirst(tx: Tx, { source, seq, at }: BatchName): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx.db
    .insertInto('metric_batch')
    .values({ source, seq, at })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return Number(numInsertedOrUpdatedRows) === 1;
}

/** Writes figures of one window down, unless they were before, and adds them to their organisations'. */
export async function insertMeasured(tx: Tx, name: BatchName, measured: readonly Measured[]): Promise<void> {
  if (await isFirst(tx, name)) await write(tx, name, measured);
}

async function write(tx: Tx, { source, at: time }: BatchName, measured: readonly Measured[]): Promise<void> {
  const at = time - (time % SAMPLE_MS);
  const rows = new Map<string, Measured & { figures: Figures }>();
  const add = (subject_id: string, { organisation_id, figures }: Measured) => {
    const known = rows.get(subject_id);
    if (known) addAcross(known.figures, figures);
    else rows.set(subject_id, { subject_id, organisation_id, figures: { ...figures } });
  };
  for (const one of measured) {
    add(one.organisation_id, one);
    if (one.subject_id !== one.organisation_id) add(one.subject_id, one);
  }
  // Batches of a window share their organisations' rows: in one order, so that none waits for another in a circle.
  const ordered = [...rows.values()].sort((a, b) => (a.subject_id < b.subject_id ? -1 : 1));
  const table = ordered.map(({ figures, subject_id, organisation_id }) => ({
    at,
    subject_id,
    source,
    organisation_id,
    ...figures,
  }));
  await mergeRows(tx, 'metric_sample', ACROSS, table);
}

/**
 * Writes a batch down, unless it was before: says whether it was not. Samples of streams that are gone go with them.
 */
export async function insertSamples(tx: Tx, batch: SampleBatch): Promise<boolean> {
  if (!(await isFirst(tx, batch))) return false;
  if (batch.streams.length === 0) return true;
  const ids = batch.streams.map(({ stream }) => stream);
  const query = tx.db.selectFrom('stream').select(['id', 'organisation_id']).where('id', 'in', listed(tx, ids));
  const organisations = new Map((await query.execute()).map(({ id, organisation_id }) => [id, organisation_id]));
  const known = batch.streams.flatMap((sample) => {
    const organisation_id = organisations.get(sample.stream);
    return organisation_id === undefined ? [] : [{ sample, organisation_id }];
  });
  const measured = known.map(({ sample, organisation_id }) => {
    return { subject_id: sample.stream, organisation_id, figures: figuresOf(sample) };
  });
  await write(tx, batch, measured);
  await addAudience(tx, batch.at, known);
  return true;
}
