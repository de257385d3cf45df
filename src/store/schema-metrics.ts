import type { Figures } from '../metrics/figures.ts';

/** Whose figures a row has: a stream's or an organisation's. */
interface Subject {
  /** A stream's id, or an organisation's. */
  subject_id: string;
  organisation_id: string;
  /** When its time begins, in unix milliseconds. */
  at: number;
}

/** Five seconds of a subject, until they are packed into a block. */
export interface MetricSampleTable extends Subject, Figures {
  /** The engine's run that took it: two of them may have had the same window. */
  source: number;
}

/** A batch of samples that has been written: one that is sent again is not counted again. */
export interface MetricBatchTable {
  source: number;
  seq: number;
  at: number;
}

/** Ten minutes of samples, packed; text, because a backup is. */
export interface MetricBlockTable extends Subject {
  data: string;
}

/** A minute, an hour or a day. */
export interface MetricLevelTable extends Subject, Figures {}

/** Who watched, by the hour: one row per stream and value of a dimension. */
export interface MetricAudienceTable {
  organisation_id: string;
  at: number;
  /** `country`, `referrer` or `agent`. */
  dimension: string;
  stream_id: string;
  value: string;
  sessions: number;
  viewer_ms: number;
  bytes_out: number;
}

/** One publisher's time on air. What nobody saw the end of has no figures. */
export interface IngestSessionTable {
  id: string;
  organisation_id: string;
  stream_id: string;
  protocol: string;
  started_at: number;
  ended_at: number | null;
  /** As `EndReason`, or `unseen`. */
  reason: string | null;
  bytes_in: number | null;
  bytes_out: number | null;
  frames: number | null;
  video_codec: string | null;
  audio_codec: string | null;
  width: number | null;
  height: number | null;
}

export interface MetricTables {
  metric_sample: MetricSampleTable;
  metric_batch: MetricBatchTable;
  metric_block: MetricBlockTable;
  metric_minute: MetricLevelTable;
  metric_hour: MetricLevelTable;
  metric_day: MetricLevelTable;
  metric_audience: MetricAudienceTable;
  ingest_session: IngestSessionTable;
}
