/** One segment in the list. `series` counts the discontinuities before it; `map` is its initialisation segment. */
export interface Listed {
  sequence: number;
  /** Seconds. */
  duration: number;
  series: number;
}

export const PLAYLIST = 'live.m3u8';
export const initName = (series: number): string => `init-${series}.mp4`;
export const segmentName = (sequence: number): string => `${sequence}.mp4`;
export const isSegment = (name: string): boolean => /^\d+\.mp4$/.test(name);

/** A media playlist (RFC 8216, 4.3.3). Its URIs are relative, so that it is the same for every session. */
export function mediaPlaylist(segments: readonly Listed[], about: { target: number; ended: boolean }): string {
  const first = segments[0];
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${about.target}`,
    `#EXT-X-MEDIA-SEQUENCE:${first?.sequence ?? 0}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${first?.series ?? 0}`,
    '#EXT-X-INDEPENDENT-SEGMENTS',
  ];
  let series = -1;
  for (const segment of segments) {
    if (series !== -1 && segment.series !== series) lines.push('#EXT-X-DISCONTINUITY');
    if (segment.series !== series) lines.push(`#EXT-X-MAP:URI="${initName(segment.series)}"`);
    series = segment.series;
    lines.push(`#EXTINF:${segment.duration.toFixed(3)},`, segmentName(segment.sequence));
  }
  if (about.ended) lines.push('#EXT-X-ENDLIST');
  return `${lines.join('\n')}\n`;
}

/** What the one rendition is. `bandwidth`: bits per second of its largest segment (RFC 8216, 4.3.4.2). */
export interface Rendition {
  bandwidth: number;
  codecs: readonly string[];
  size: { width: number; height: number } | null;
}

/** The answer to `/live/<name>.m3u8`: points to the session's own playlist, so that reloads go there. */
export function masterPlaylist({ bandwidth, codecs, size }: Rendition, uri: string): string {
  const resolution = size === null ? '' : `,RESOLUTION=${size.width}x${size.height}`;
  const about = `BANDWIDTH=${bandwidth},CODECS="${codecs.join(',')}"${resolution}`;
  return `#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-STREAM-INF:${about}\n${uri}\n`;
}
