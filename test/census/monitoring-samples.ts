import { at, ofStream, type Sample } from './sample.ts';

const aboutAlerts = (path: string): Sample => ({
  needs: 'metrics:read',
  ownOrganisation: true,
  async call({ alert }) {
    await alert();
    return { path };
  },
});

/** What is measured, what is wrong, and who is told of it. */
export const MONITORING_SAMPLES: Readonly<Record<string, Sample>> = {
  getExpectedWindows: { ...ofStream('/expected'), needs: 'metrics:read' },
  setExpectedWindows: {
    needs: 'alerts:configure',
    call: async ({ stream }) => ({
      path: `/stream/${await stream()}/expected`,
      body: [{ from: '2099-01-01T00:00:00Z', to: '2099-01-01T01:00:00Z' }],
    }),
  },
  listAlerts: aboutAlerts('/alert'),
  listAlertHistory: aboutAlerts('/alert/history?limit=5'),
  getAlertReceivers: at('/alert/receivers', 'alerts:configure'),
  setAlertReceivers: {
    needs: 'alerts:configure',
    ownOrganisation: true,
    call: () => ({ path: '/alert/receivers', body: { emails: ['desk@example.test'], webhook: null } }),
  },
  testAlertReceivers: at('/alert/receivers/test', 'alerts:configure'),
  getStreamMetrics: { ...ofStream('/metrics?interval=1m&series=viewers,bitrate'), needs: 'metrics:read' },
  getOrganisationMetrics: at('/organisation/metrics?interval=1d', 'metrics:read'),
  listStreamSessions: { ...ofStream('/sessions?limit=5'), needs: 'metrics:read' },
  getTop: at('/organisation/top?of=streams', 'metrics:read'),
};
