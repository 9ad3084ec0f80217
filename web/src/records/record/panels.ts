/**
 * What the page of an object has beside its fields and lists: by object the panels, in their order. `top` stands above
 * everything, `main` below the first section of fields: what a seller opens the page for should not wait behind figures of the registry.
 */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import type { ObjectModel } from '@/api/metadata';
import type { RecordAnswer } from '@/api/types';

export interface PanelProps {
  object: ObjectModel;
  answer: RecordAnswer;
}

export interface Panel {
  place: 'top' | 'main';
  key: string;
  Body: LazyExoticComponent<ComponentType<PanelProps>>;
}

const POOL: Panel = { place: 'top', key: 'pool', Body: lazy(() => import('@/pools/PoolCard')) };

export const PANELS: Readonly<Record<string, Panel[] | undefined>> = {
  account: [
    POOL,
    { place: 'top', key: 'figures', Body: lazy(() => import('@/deals/AccountFigures')) },
    { place: 'main', key: 'map', Body: lazy(() => import('@/maps/MapCard')) },
    { place: 'main', key: 'tree', Body: lazy(() => import('@/deals/AccountTree')) },
  ],
  campaign: [{ place: 'top', key: 'figures', Body: lazy(() => import('@/campaigns/CampaignFigures')) }],
  lead: [{ place: 'top', key: 'converted', Body: lazy(() => import('@/leads/ConvertedCard')) }, POOL],
  opportunity: [
    { place: 'main', key: 'lines', Body: lazy(() => import('@/deals/LinesGrid')) },
    { place: 'main', key: 'map', Body: lazy(() => import('@/maps/MapCard')) },
  ],
};
