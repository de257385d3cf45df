import type { SampleBatch, StreamSample } from '../media/samples.ts';
import type { Figures } from '../metrics/figures.ts';
import { insertRows } from './bulk.ts';
import type { Tx } from './store.ts';

const figuresOf = (sample: StreamSample): Figures => ({
  streams: sample.live ? 1 : 0,
  live_ms: sample.liveMs,
  bytes_in: sample.bytesIn,
  bytes_video: sample.bytesVideo,
  bytes_audio: sample.bytesAudio,
  frames: sample.frames,
  key_frames: sample.keyFrames,
  key_frame_ms: sample.keyFrameMs,
  media_ms: sample.mediaMs,
  gaps: sample.gaps,
  gap_ms: sample.gapMs,
  width: sample.width,
  height: sample.height,
  bytes_out: sample.bytesOut,
  viewers: sample.viewers,
  viewer_ms: sample.viewerMs,
  starts: sample.starts,
  startups: sample.startups,
  startup_ms: sample.startupMs,
  dropped: sample.dropped,
  refused_locked: 0,
  refused_token: 0,
  refused_blocked: 0,
  refused_other: 0,
});

/** Writes a batch down, unless it was before. Samples of streams that are gone go with them. */
export async function insertSamples(tx: Tx, { source, seq, at, streams }: SampleBatch): Promise<void> {
  const { numInsertedOrUpdatedRows: fresh } = await tx.db
    .insertInto('metric_batch')
    .values({ source, seq, at })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  if (Number(fresh) === 0 || streams.length === 0) return;
  const ids = streams.map(({ stream }) => stream);
  const found = await tx.db.selectFrom('stream').select(['id', 'organisation_id']).where('id', 'in', ids).execute();
  const organisations = new Map(found.map(({ id, organisation_id }) => [id, organisation_id]));
  const rows = streams.flatMap((sample) => {
    const organisation_id = organisations.get(sample.stream);
    if (organisation_id === undefined) return [];
    return { at, subject_id: sample.stream, source, organisation_id, ...figuresOf(sample) };
  });
  await insertRows(tx, 'metric_sample', rows);
}
