import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planner } from './plan.ts';

describe('A list on SQLite reads only what it shows', () => {
  const plan = planner();

  const newest = 'order by created_at desc, id desc limit 51';
  const own = 'from stream where organisation_id = ?';
  const ended = 'locked = ? and live_session is null and first_live_at is not null';
  const cases: [what: string, query: string, index: string][] = [
    ['all streams', `select * ${own} ${newest}`, 'stream_by_organisation'],
    ['live streams', `select * ${own} and locked = ? and live_session is not null ${newest}`, 'stream_live'],
    ['locked streams', `select * ${own} and locked = 1 ${newest}`, 'stream_locked'],
    ['ended streams', `select * ${own} and ${ended} ${newest}`, 'stream_ended'],
    ['new streams', `select * ${own} and ${ended.replace('not null', 'null')} ${newest}`, 'stream_created'],
    ['a later page', `select * ${own} and (created_at, id) < (?, ?) ${newest}`, 'stream_by_organisation'],
    [
      'ended streams, a later page',
      `select * ${own} and ${ended} and (created_at, id) < (?, ?) ${newest}`,
      'stream_ended',
    ],
    ['what is on air anywhere', 'select id from stream where live_session is not null', 'stream_live'],
    ['a group', 'select * from stream where streamgroup = ?', 'stream_by_group'],
    ['the number of a tag’s streams', 'select count(*) from stream_tag where tag_id = ?', 'stream_tag_by_tag'],
    [
      'the newest streams of a tag',
      `select stream.* from stream_tag as mark cross join stream where stream.id = mark.stream_id
         and mark.tag_id = ? and stream.organisation_id = ? and (mark.created_at, mark.stream_id) < (?, ?)
         order by mark.created_at desc, mark.stream_id desc limit 51`,
      'stream_tag_by_tag',
    ],
    [
      'the ingest tokens of a stream',
      `select * from ingest_token where organisation_id = ? and stream_id = ? and revoked_at is null
         order by created_at desc, id desc`,
      'ingest_token_by_stream',
    ],
    [
      'what is due to be told by mail',
      `select * from alert_delivery where channel = ? and next_at <= ? order by next_at limit 100`,
      'alert_delivery_due',
    ],
    ['who was told of an alert', 'select channel from alert_delivery where alert_id = ?', 'alert_delivery_by_alert'],
    ['notices that are long over', 'select id from alert_delivery where finished_at < ?', 'alert_delivery_by_end'],
    ['alerts that are long over', 'select id from alert where resolved_at < ?', 'alert_resolved'],
    ['whom to tell again', 'select * from alert where remind_at <= ? order by remind_at limit 100', 'alert_due'],
    [
      'what of some texts was a token',
      `select token.id from token join user on user.id = token.user_id
         where token_hash in (?, ?) and kind = 'api' and expires_at > ?`,
      'sqlite_autoindex_token_2',
    ],
    [
      'which ingest tokens were revoked lately',
      'select id from ingest_token where revoked_at >= ?',
      'ingest_token_revoked',
    ],
    ['users', 'select * from user where organisation_id = ? order by created_at, id', 'user_by_organisation'],
    [
      'users by their addresses, a later page',
      `select * from user where organisation_id = ? and (lower(email), "id") > (?, ?)
         order by lower(email) asc, "id" asc limit 51`,
      'user_by_email',
    ],
    [
      'users by their roles, the other way round',
      `select * from user where organisation_id = ? and ("role", "created_at", "id") < (?, ?, ?)
         order by "role" desc, "created_at" desc, "id" desc limit 51`,
      'user_by_role',
    ],
    [
      'the users of a role, newest first',
      `select * from user where organisation_id = ? and role = ? and (created_at, id) < (?, ?) ${newest}`,
      'user_by_role',
    ],
    ['administrators', 'select id from user where organisation_id = ? and role = ?', 'user_by_role'],
    ["a user's tokens", 'select * from token where user_id = ? order by created_at, id', 'token_by_user'],
    ['who has or awaits an address', 'select id from user where email_key in (?, ?)', 'sqlite_autoindex_user_2'],
    [
      'open invitations',
      'select * from invitation where organisation_id = ? order by created_at desc, id desc',
      'invitation_by_organisation',
    ],
    [
      'open invitations, a later page',
      `select * from invitation where used_at is null and revoked_at is null and expires_at > ? and organisation_id = ?
         and ("invitation"."created_at", "invitation"."id") < (?, ?)
         order by "invitation"."created_at" desc, "invitation"."id" desc limit 51`,
      'invitation_by_organisation',
    ],
    [
      'the open tokens of an organisation, a later page',
      `select token.*, user.email from token join user on user.id = token.user_id and user.token_key = token.token_key
         where token.organisation_id = ? and token.revoked_at is null and token.expires_at > ?
         and (token.created_at, token.id) < (?, ?) order by token.created_at desc, token.id desc limit 51`,
      'token_by_organisation',
    ],
    [
      'the open tokens of a user, a page',
      `select token.*, user.email from token join user on user.id = token.user_id and user.token_key = token.token_key
         where user.organisation_id = ? and token.revoked_at is null and token.expires_at > ? and token.user_id = ?
         order by token.created_at desc, token.id desc limit 51`,
      'token_by_user',
    ],
    ['old tokens', 'select id from token where expires_at < ? limit 500', 'token_by_expiry'],
    ['old tickets', 'select id from password_ticket where expires_at < ? limit 500', 'password_ticket_by_expiry'],
    ['old invitations', 'select id from invitation where expires_at < ? limit 500', 'invitation_by_expiry'],
    ['old sign-ups', 'select id from sign_up where expires_at < ? limit 500', 'sign_up_by_expiry'],
    ['old playback tokens', 'select id from playback_token where expires_at < ? limit 500', 'playback_token_by_expiry'],
    ['old ingest tokens', 'select id from ingest_token where expires_at < ? limit 500', 'ingest_token_by_expiry'],
    [
      'calls of a webhook',
      'select * from webhook_delivery where organisation_id = ? and id < ? order by id desc limit 100',
      'webhook_delivery_by_organisation',
    ],
    [
      'calls that are due',
      'select * from webhook_delivery where next_at <= ? order by next_at limit 100',
      'webhook_delivery_due',
    ],
    [
      'updates that are due',
      'select * from webhook_session where next_update_at <= ? order by next_update_at limit 100',
      'webhook_session_due',
    ],
    ['old minutes', 'select subject_id, at from metric_minute where at < ? limit 500', 'metric_minute_by_time'],
    ['old blocks', 'select subject_id, at from metric_block where at < ? limit 500', 'metric_block_by_time'],
    ['old batches', 'select source, seq from metric_batch where at < ? limit 500', 'metric_batch_by_time'],
    ['old audiences', 'select value from metric_audience where at < ? limit 500', 'metric_audience_by_time'],
    [
      'old sessions',
      'select id from ingest_session where started_at < ? and ended_at is not null limit 500',
      'ingest_session_by_time',
    ],
    [
      'old rules of guardians',
      'select id from guardian_rule where expires_at < ? limit 500',
      'guardian_rule_by_expiry',
    ],
    [
      'the rules that are about a viewer',
      `select type from guardian_rule where organisation_id = ? and (expires_at is null or expires_at > ?)
         and kind = ? and value in (?, ?, ?)`,
      'sqlite_autoindex_guardian_rule_2',
    ],
    [
      'whether only some pages may show a stream',
      `select id from guardian_rule where organisation_id = ? and (expires_at is null or expires_at > ?)
         and type = ? limit 1`,
      'guardian_rule_by_type',
    ],
    [
      'the rules that ended lately',
      'select id from guardian_rule where type = ? and expires_at > ? and expires_at <= ?',
      'guardian_rule_by_expiry',
    ],
    ['old deliveries', 'select id from webhook_delivery where finished_at < ? limit 500', 'webhook_delivery_finished'],
    ['who uses a key', 'select * from key_use where key_id = ? and organisation_id = ?', 'sqlite_autoindex_key_use_1'],
    [
      'which rights were used',
      `select actor_id, capability, max(last_at) from capability_use
       where organisation_id = ? and first_at <= ? group by actor_id, capability`,
      'sqlite_autoindex_capability_use_1',
    ],
    ['the audit log', 'select * from audit where organisation_id = ? order by id desc', 'audit_by_organisation'],
    [
      'what was done lately',
      'select id, action from audit where organisation_id = ? and id > ? order by id desc limit 301',
      'audit_by_organisation',
    ],
    [
      'what somebody did',
      'select * from audit where organisation_id = ? and actor_id = ? order by id desc',
      'audit_by_actor',
    ],
    [
      'playback tokens',
      `select * from playback_token where organisation_id = ? ${newest}`,
      'playback_token_by_organisation',
    ],
    [
      "a maker's playback tokens",
      `select * from playback_token where organisation_id = ? and created_by = ? and (created_at, id) < (?, ?) ${newest}`,
      'playback_token_by_maker',
    ],
    [
      'the playback tokens of an address',
      `select * from playback_token where organisation_id = ? and created_by_email = ? ${newest}`,
      'playback_token_by_email',
    ],
    ['what was revoked lately', 'select id from playback_token where revoked_at >= ?', 'playback_token_revoked'],
    [
      'the tokens that a key has signed',
      'select kid from playback_token where kid = ? and expires_at > ?',
      'playback_token_by_key',
    ],
    [
      'the steps that changed access',
      "select * from audit where organisation_id = ? and action in (?) and outcome = 'allowed' and id >= ? and id < ?",
      'audit_by_action',
    ],
    [
      'the last thing somebody did',
      'select id from audit where organisation_id = ? and actor_id = ? and id < ? order by id desc limit 1',
      'audit_by_actor',
    ],
    [
      'the tokens that were good at a moment',
      'select * from token where organisation_id = ? and kind = ? and created_at > ? and created_at <= ? and expires_at > ?',
      'token_by_kind',
    ],
    [
      'what was done to something',
      'select * from audit where organisation_id = ? and target_id = ? order by id desc',
      'audit_by_target',
    ],
  ];
  it('a token with its user and with what their roles may do, each by one look-up', () => {
    const user = 'token join user on user.id = token.user_id and user.token_key = token.token_key';
    const role = (name: string, of: string) =>
      `left join role as ${name} on ${name}.organisation_id = user.organisation_id and ${name}.name = ${of}`;
    const roles = `${role('own', 'user.role')} ${role('narrowing', 'token.narrowed_to')}`;
    const used = plan(`select own.capabilities, narrowing.capabilities from ${user} ${roles} where token_hash = ?`);
    assert.doesNotMatch(used, /SCAN|TEMP B-TREE/);
    assert.equal(used.match(/USING INDEX sqlite_autoindex_role_1 \(organisation_id=\? AND name=\?\)/g)?.length, 2);
  });
  it('a stream of a name by the index of that name, whatever else it must match', () => {
    const named = plan(
      `select id from stream where coalesce(organisation_id, '') = ?
         and (id in (?, ?) or playout_name in (?, ?) or ingest_hash in (?, ?))`,
    );
    assert.match(named, /MULTI-INDEX OR/);
    assert.equal(named.match(/SEARCH stream USING INDEX sqlite_autoindex_stream_\d/g)?.length, 3);
    const listed = plan(
      `select stream.* from stream join organisation on organisation.id = stream.organisation_id
         where stream.organisation_id = ? and stream.id in (?, ?) and stream.locked = 1
         order by stream.created_at desc, stream.id desc limit 51`,
    );
    assert.match(listed, /SEARCH stream USING INDEX sqlite_autoindex_stream_1 \(id=\?\)/);
  });
  it('how many tokens each user of a page has open, from those of these users alone', () => {
    const used = plan(
      `select token.user_id, count(*) from token join user on user.id = token.user_id and user.token_key = token.token_key
         where token.organisation_id = ? and token.revoked_at is null and token.expires_at > ? and token.user_id in (?, ?)
         group by token.user_id`,
    );
    assert.match(used, /SEARCH user USING INDEX sqlite_autoindex_user_1 \(id=\?\)/);
    assert.match(used, /SEARCH token USING INDEX token_by_user \(user_id=\?\)/);
  });
  it('the last step of everybody among the steps of its kind', () => {
    const steps = "from audit where organisation_id = ? and action in (?, ?) and outcome = 'allowed' and id < ?";
    const used = plan(`select coalesce(target_id, ''), max(id) ${steps} group by coalesce(target_id, '')`);
    assert.match(used, /SEARCH audit USING INDEX audit_by_action \(organisation_id=\? AND action=\? AND id<\?\)/);
  });
  it('samples that are to be packed, and where streams were watched in an hour, subject by subject', () => {
    const next = `select subject_id from metric_sample where at = given.value and subject_id > ?
      order by subject_id, source limit 1 offset ?`;
    const watched = `from stream cross join metric_audience as m where m.organisation_id = stream.organisation_id
      and m.stream_id = stream.id and m.dimension in (?, ?, ?) and m.at = ? and stream.id in (select value from json_each(?))`;
    const packed = 'delete from metric_sample where at in (?, ?) and subject_id > ? and subject_id <= ? returning *';
    assert.match(plan(`select (${next}) from json_each(?) as given`), /PRIMARY KEY \(at=\? AND subject_id>\?\)/);
    assert.match(plan(packed), /PRIMARY KEY \(at=\? AND subject_id>\? AND subject_id<\?\)/);
    assert.match(plan(`select m.stream_id, count(*) ${watched} group by 1`), /SEARCH m USING .* AND stream_id=\?\)/);
  });
  for (const [what, query, index] of cases) {
    it(what, () => {
      const used = plan(query);
      assert.match(used, new RegExp(`(SEARCH|SCAN) \\w+ USING (COVERING )?INDEX ${index}\\b`));
      assert.doesNotMatch(used, /TEMP B-TREE/);
    });
  }
});
