import mpegts from 'mpegts.js';

/** `over`: nothing more comes. `unsupported`: not for this browser. `lost`: no connection. */
export type Ending = 'over' | 'unsupported' | 'lost';

interface Listener {
  playing(): void;
  /** The browser wants somebody to press a button first. */
  blocked(): void;
  ended(why: Ending): void;
}

// What is to be said is said on the page.
mpegts.LoggingControl.applyConfig({ enableAll: false });

const CODEC_PROBLEMS: readonly string[] = [
  mpegts.ErrorDetails.MEDIA_CODEC_UNSUPPORTED,
  mpegts.ErrorDetails.MEDIA_FORMAT_UNSUPPORTED,
  mpegts.ErrorDetails.MEDIA_MSE_ERROR,
];

/** Plays FLV over WebSocket as close to live as it comes. Gives what ends it; `ended` is told at most once. */
export function playInto(video: HTMLVideoElement, url: string, listener: Listener): () => void {
  if (!mpegts.isSupported()) {
    listener.ended('unsupported');
    return () => {};
  }
  const player = mpegts.createPlayer(
    { type: 'flv', isLive: true, url },
    {
      enableStashBuffer: false,
      lazyLoad: false,
      autoCleanupSourceBuffer: true,
      autoCleanupMaxBackwardDuration: 30,
      autoCleanupMinBackwardDuration: 10,
      liveBufferLatencyChasing: true,
    },
  );
  let over = false;
  let told = false;
  const stop = () => {
    if (over) return;
    over = true;
    video.removeEventListener('playing', listener.playing);
    player.destroy();
  };
  const end = (why: Ending) => {
    if (over || told) return;
    told = true;
    // The library is still in the middle of telling; it must not lose what it tells with.
    queueMicrotask(stop);
    listener.ended(why);
  };
  video.addEventListener('playing', listener.playing);
  player.on(mpegts.Events.LOADING_COMPLETE, () => end('over'));
  player.on(mpegts.Events.ERROR, (_type: string, detail: string) =>
    end(CODEC_PROBLEMS.includes(detail) ? 'unsupported' : 'lost'),
  );
  player.attachMediaElement(video);
  player.load();
  Promise.resolve(player.play()).catch((error: Error) => {
    if (!over && error.name === 'NotAllowedError') listener.blocked();
  });
  return stop;
}
