import './rows.css';
import { useRouter } from '@tanstack/react-router';
import { type MouseEvent, memo } from 'react';
import { useMessages } from '../../language.tsx';
import { Time } from '../../ui/time.tsx';
import { streamWords } from './messages.ts';
import { StateBadge } from './state-badge.tsx';
import { nameOf, type Stream } from './types.ts';

/** Pixels. All rows are equally high: so what is not in sight needs not to be measured. */
export const ROW = 60;
export const CARD = 136;
/** More stand on the page of the stream. */
const SHOWN_TAGS = 3;

interface RowProps {
  /** Undefined while it is on its way. */
  stream: Stream | undefined;
  /** Its place in the whole list, from 0. */
  at: number;
}

/** One line whatever a tag is called; how many are not shown is said. */
function Tags({ tags }: { tags: readonly string[] }) {
  const words = useMessages(streamWords);
  const hidden = tags.length - SHOWN_TAGS;
  return (
    <div className="stream-tags" title={tags.join(', ')}>
      {tags.slice(0, SHOWN_TAGS).map((tag) => (
        <span key={tag} className="stream-tag">
          {tag}
        </span>
      ))}
      {hidden > 0 && <span className="stream-more">{words.more(hidden)}</span>}
    </div>
  );
}

const isPlain = ({ button, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent) =>
  button === 0 && !metaKey && !ctrlKey && !shiftKey && !altKey;

function Name({ stream }: { stream: Stream }) {
  const router = useRouter();
  return (
    <>
      <a
        className="stream-name mantine-focus-auto"
        href={`${router.basepath}/streams/${stream.id}`}
        onClick={(event) => {
          if (!isPlain(event)) return;
          event.preventDefault();
          void router.navigate({ to: '/streams/$id', params: { id: stream.id } as never });
        }}
      >
        {nameOf(stream)}
      </a>
      <span className="stream-id">{stream.id}</span>
    </>
  );
}

export const StreamRow = memo(function StreamRow({ stream, at }: RowProps) {
  // The row of headings is the first.
  const row = { className: 'stream-row', style: { height: ROW }, 'aria-rowindex': at + 2 };
  if (!stream)
    return (
      <tr {...row} aria-busy>
        <td colSpan={5}>
          <div className="stream-coming" />
        </td>
      </tr>
    );
  return (
    <tr {...row}>
      <th scope="row">
        <Name stream={stream} />
      </th>
      <td>
        <StateBadge state={stream.state} />
      </td>
      <td>
        <Tags tags={stream.tags} />
      </td>
      <td>
        <Time at={stream.created_at} />
      </td>
      <td>
        <Time at={stream.updated_at} />
      </td>
    </tr>
  );
});

/** The same where there is no room for columns. */
export const StreamCard = memo(function StreamCard({ stream, at, total }: RowProps & { total: number }) {
  const words = useMessages(streamWords);
  return (
    <li className="stream-card" style={{ height: CARD }} aria-posinset={at + 1} aria-setsize={total}>
      {stream ? (
        <div>
          <div>
            <Name stream={stream} />
          </div>
          <div className="stream-tags">
            <StateBadge state={stream.state} />
            <Tags tags={stream.tags} />
          </div>
          <span className="stream-more">
            {words.updatedAt} <Time at={stream.updated_at} />
          </span>
        </div>
      ) : (
        <div>
          <div className="stream-coming" />
        </div>
      )}
    </li>
  );
});
