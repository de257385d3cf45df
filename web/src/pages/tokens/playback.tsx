import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { PageTitle } from '../../ui/page-title.tsx';

export function PlaybackTokens() {
  const words = useMessages(common);
  return <PageTitle title={words.playbackTokens} />;
}
