import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { LockkeeperError, queries } from './api.ts';
import { useLanguage, useMessages } from './language.tsx';
import { common } from './messages/common.ts';
import { ERRORS, REASONS, sayReason } from './messages/refusals.ts';

/** What went wrong, in the server's own words: it says what to do. */
export function sayWhy(error: unknown, unreachable: string): string {
  if (!(error instanceof LockkeeperError)) return unreachable;
  const { reason } = error.userinfo as { reason?: unknown };
  return typeof reason === 'string' && !error.message.includes(reason) ? `${error.message}. ${reason}` : error.message;
}

/** The same in the reader's language, as far as it is known there. */
export function useSayWhy(): (error: unknown) => string {
  const { language } = useLanguage();
  const { unreachable } = useMessages(common);
  return (error) => {
    if (!(error instanceof LockkeeperError)) return unreachable;
    const { reason } = error.userinfo as { reason?: unknown };
    if (typeof reason === 'string' && Object.hasOwn(REASONS, reason)) return sayReason(reason, language);
    const message = ERRORS[error.code]?.[language] ?? error.message;
    return typeof reason === 'string' ? `${message}. ${reason}` : message;
  };
}

interface Change<Input, Result> {
  call(input: Input): Promise<Result>;
  /** Nouns whose readings are old now, as in a query's key. */
  of: readonly string[];
  /** Shown before it is answered: for what decides over nobody's rights and nothing on air. Read again in any case. */
  ahead?: (input: Input) => void;
  /** Said when it is done. */
  done?: (result: Result, input: Input) => string | null;
  onDone?: (result: Result, input: Input) => void;
}

/** A change of anything: what was read becomes old, and a refusal becomes a sentence. */
export function useChange<Input = void, Result = unknown>({ call, of, ahead, done, onDone }: Change<Input, Result>) {
  const words = useMessages(common);
  const sayWhy = useSayWhy();
  const closeButtonProps = { 'aria-label': words.close };
  return useMutation({
    mutationFn: call,
    onMutate: ahead,
    onSuccess(result, input) {
      const message = done?.(result, input);
      if (message) notifications.show({ message, color: 'green', closeButtonProps });
      onDone?.(result, input);
    },
    onError(error) {
      notifications.show({
        title: words.failed,
        message: sayWhy(error),
        color: 'red',
        autoClose: 10_000,
        closeButtonProps,
      });
    },
    onSettled: () => Promise.all(of.map((noun) => queries.invalidateQueries({ queryKey: [noun] }))),
  });
}
