import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type Answer, api } from './api.ts';
import { useLanguage } from './language.tsx';
import { ALERTS, SEVERITIES, type Severity } from './messages/alerts.ts';
import { useCan } from './session.tsx';

export type Alert = Answer<'/alert', 'get'>[number];

/** Milliseconds; events say what changes, this is for when they do not get through. */
const EVERY_MS = 30_000;

/** What is wrong now, most urgent first; not asked for by whoever may not see it. */
export const useOpenAlerts = () =>
  useQuery({
    queryKey: ['alert', 'open'],
    queryFn: () => api.get('/alert'),
    enabled: useCan()('metrics:read'),
    refetchInterval: EVERY_MS,
  });

type Told = Pick<Alert, 'code' | 'name' | 'message' | 'advice' | 'values'>;

/** An alert in the reader's words. One that these pages do not know keeps the API's. */
export function useAlertText(): (alert: Told) => { name: string; message: string; advice: string } {
  const { language } = useLanguage();
  return useMemo(
    () =>
      ({ code, name, message, advice, values }) => {
        const words = Object.hasOwn(ALERTS, code) ? ALERTS[code] : undefined;
        if (!words) return { name, message, advice };
        return {
          name: words.name[language],
          message: words.message[language](values),
          advice: words.advice[language],
        };
      },
    [language],
  );
}

export const SEVERITY_NAMES = Object.keys(SEVERITIES) as Severity[];

/** The most urgent of them; null of none. */
export const worstOf = (alerts: readonly Pick<Alert, 'severity'>[]): Severity | null =>
  SEVERITY_NAMES.find((severity) => alerts.some((alert) => alert.severity === severity)) ?? null;
