import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planner } from './plan.ts';

describe('Figures on SQLite are read by whose they are and when they were', () => {
  const plan = planner();

  const ofSubject = "subject_id = ? and coalesce(organisation_id, '') = ?";
  const windows = 'at in (select value from json_each(?))';
  it('the curves of a subject by its own rows, and what is not taken together yet window by window', () => {
    for (const table of ['metric_block', 'metric_minute', 'metric_hour', 'metric_day']) {
      const used = plan(
        `select * from (select at from ${table} where ${ofSubject} and at >= ? and at < ?
           union all select at from metric_sample where ${windows} and ${ofSubject} group by at)`,
      );
      const key = table === 'metric_block' ? 'INDEX sqlite_autoindex_metric_block_1' : 'PRIMARY KEY';
      assert.match(used, new RegExp(`SEARCH ${table} USING ${key} \\(subject_id=\\? AND at>\\? AND at<\\?\\)`));
      assert.match(used, /SEARCH metric_sample USING PRIMARY KEY \(at=\? AND subject_id=\?\)/);
    }
  });
  it('which windows are not taken together yet by a look-up each, however many streams have them', () => {
    const used = plan(`with recursive pending(first) as (
        select (select min(at) from metric_sample where at >= ? and at < ?)
        union all select (select min(at) from metric_sample where at > pending.first and at < ?)
          from pending where pending.first is not null
      ) select first as at from pending where first is not null`);
    assert.equal(used.match(/SEARCH metric_sample USING PRIMARY KEY \(at>\? AND at<\?\)/g)?.length, 2);
    assert.doesNotMatch(used, /SCAN metric_sample/);
  });
  it('five minutes by the rows of their minutes', () => {
    const used = plan(
      `select metric_minute.at - metric_minute.at % 300000 as at, sum(viewer_ms) from metric_minute
         where ${ofSubject} and at >= ? and at < ? group by metric_minute.at - metric_minute.at % 300000`,
    );
    assert.match(used, /SEARCH metric_minute USING PRIMARY KEY \(subject_id=\? AND at>\? AND at<\?\)/);
  });
  it('the streams of an organisation that were watched most by its hours and days', () => {
    const part = (table: string) =>
      `select subject_id, starts, viewer_ms from ${table} where organisation_id = ? and subject_id <> ?
         and viewer_ms > 0 and at >= ? and at < ?`;
    const parts = ['metric_hour', 'metric_day', 'metric_hour'].map(part).join(' union all ');
    const used = plan(`select subject_id as value, sum(viewer_ms) as viewer_ms from (${parts}) as part
      group by subject_id order by viewer_ms desc limit 10`);
    const range = '\\(organisation_id=\\? AND at>\\? AND at<\\?\\)';
    for (const table of ['metric_hour', 'metric_day'])
      assert.match(used, new RegExp(`SEARCH ${table} USING INDEX ${table}_by_organisation ${range}`));
    const samples = plan(
      `select subject_id, sum(viewer_ms) from metric_sample where ${windows} and organisation_id = ? group by subject_id`,
    );
    assert.match(samples, /SEARCH metric_sample USING PRIMARY KEY \(at=\?\)/);
  });
  it('who watched, by the hours of one dimension', () => {
    const used = plan(`select value, sum(viewer_ms) from metric_audience
      where organisation_id = ? and dimension = ? and at >= ? and at < ? group by value`);
    const range = 'organisation_id=\\? AND dimension=\\? AND at>\\? AND at<\\?';
    assert.match(used, new RegExp(`SEARCH metric_audience USING PRIMARY KEY \\(${range}\\)`));
  });
  it('the sessions of a stream, a later page', () => {
    const used = plan(
      `select * from ingest_session where organisation_id = ? and stream_id = ? and (started_at, id) < (?, ?)
         order by started_at desc, id desc limit 51`,
    );
    assert.match(used, /SEARCH ingest_session USING INDEX ingest_session_by_stream/);
    assert.doesNotMatch(used, /TEMP B-TREE/);
  });
});
