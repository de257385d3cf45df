/** A page that plays FLV over WebSocket, as the dashboard does. */
export const pageWithMpegts = (url: string) => `<video id="live" muted autoplay playsinline controls></video>
<script src="https://cdn.jsdelivr.net/npm/mpegts.js@1/dist/mpegts.js"></script>
<script>
  const player = mpegts.createPlayer(
    { type: 'flv', isLive: true, url: '${url}' },
    { enableStashBuffer: false, liveBufferLatencyChasing: true },
  );
  player.attachMediaElement(document.getElementById('live'));
  player.load();
  player.play();
</script>`;

/** A page that plays HLS, by itself where the browser can. */
export const pageWithHls = (url: string) => `<video id="live" muted autoplay playsinline controls></video>
<script src="https://cdn.jsdelivr.net/npm/hls.js@1"></script>
<script>
  const video = document.getElementById('live');
  const url = '${url}';
  if (Hls.isSupported()) {
    const hls = new Hls();
    hls.loadSource(url);
    hls.attachMedia(video);
  } else {
    video.src = url;
  }
</script>`;

export const playWithFfplay = (url: string) => `ffplay -fflags nobuffer -flags low_delay "${url}"`;

export const recordWithCurl = (url: string) => `curl --fail --no-buffer --output stream.flv "${url}"`;
