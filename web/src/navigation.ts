import {
  IconBan,
  IconBell,
  IconBuilding,
  IconChartLine,
  IconClipboardList,
  IconHome,
  IconKey,
  IconPlayerPlay,
  IconShieldCheck,
  IconTable,
  IconTicket,
  IconUserShield,
  IconUsers,
} from '@tabler/icons-react';
import type { common } from './messages/common.ts';

interface NavigationEntry {
  to: string;
  label: keyof typeof common;
  icon: typeof IconUsers;
  /** Without it the page has nothing to show. */
  needs: string;
}

/** The pages at a glance. */
export const NAVIGATION: readonly NavigationEntry[] = [
  { to: '/', label: 'home', icon: IconHome, needs: 'metrics:read' },
  { to: '/streams', label: 'streams', icon: IconPlayerPlay, needs: 'stream:read' },
  { to: '/analytics', label: 'analytics', icon: IconChartLine, needs: 'metrics:read' },
  { to: '/playback-tokens', label: 'playbackTokens', icon: IconTicket, needs: 'playback-token:create' },
  { to: '/alerts', label: 'alerts', icon: IconBell, needs: 'metrics:read' },
  { to: '/guardian', label: 'guardian', icon: IconBan, needs: 'viewer:block' },
  { to: '/users', label: 'users', icon: IconUsers, needs: 'user:read' },
  { to: '/permissions', label: 'permissions', icon: IconTable, needs: 'role:read' },
  { to: '/roles', label: 'roles', icon: IconUserShield, needs: 'role:read' },
  { to: '/tokens', label: 'tokens', icon: IconKey, needs: 'token:own' },
  { to: '/audit', label: 'audit', icon: IconClipboardList, needs: 'audit:read' },
  { to: '/access', label: 'access', icon: IconShieldCheck, needs: 'audit:read' },
  { to: '/organisation', label: 'organisation', icon: IconBuilding, needs: 'organisation:read' },
];
