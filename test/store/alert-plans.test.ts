import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planner } from './plan.ts';

describe('Alerts on SQLite are read by what is asked for', () => {
  const plan = planner();

  const cases: [what: string, query: string, index: string][] = [
    [
      'what is wrong now',
      'select * from alert where organisation_id = ? and code in (?, ?) and resolved_at is null',
      'alert_open',
    ],
    [
      'everything that is wrong anywhere',
      'select * from alert where resolved_at is null order by organisation_id, code, subject_id',
      'alert_open',
    ],
    [
      'what was wrong, a later page',
      `select * from alert where organisation_id = ? and code in (?, ?) and (first_at, id) < (?, ?)
         order by first_at desc, id desc limit 101`,
      'alert_by_organisation',
    ],
    [
      'what was wrong with a stream',
      `select * from alert where organisation_id = ? and subject_id = ? and code in (?, ?)
         order by first_at desc, id desc limit 101`,
      'alert_by_subject',
    ],
    [
      'which streams are expected now',
      'select stream_id from expected_window where to_at > ? and from_at <= ?',
      'expected_window_by_end',
    ],
    [
      'when a stream is expected',
      'select * from expected_window where stream_id = ? and organisation_id = ? and to_at > ? order by from_at',
      'sqlite_autoindex_expected_window_1',
    ],
    [
      'what waits for whom',
      `select channel, receiver, count(*) from alert_delivery where organisation_id = ? and next_at is not null
         group by channel, receiver`,
      'alert_delivery_waiting',
    ],
    ['old windows', 'select stream_id from expected_window where to_at < ? limit 500', 'expected_window_by_end'],
    ['who began to publish lately', 'select * from ingest_session where started_at >= ?', 'ingest_session_by_time'],
    [
      'when the publisher before ended',
      `select max(ended_at) from ingest_session
         where organisation_id = ? and stream_id = ? and started_at < ?`,
      'ingest_session_by_stream',
    ],
  ];
  for (const [what, query, index] of cases) {
    it(what, () => {
      const used = plan(query);
      assert.match(used, new RegExp(`(SEARCH|SCAN) \\w+ USING (COVERING )?INDEX ${index}\\b`));
      assert.doesNotMatch(used, /TEMP B-TREE/);
    });
  }
});
