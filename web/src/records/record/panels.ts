/**
 * What the page of an object has beside its fields and lists: by object the panels, in their order. `top` stands above
 * everything, `main` below the first section of fields: what a seller opens the page for should not wait behind figures of the registry.
 */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import { linesOf, type Model, type ObjectModel } from '@/api/metadata';
import type { RecordAnswer } from '@/api/types';

export interface PanelProps {
  object: ObjectModel;
  answer: RecordAnswer;
}

interface Panel {
  place: 'top' | 'main';
  key: string;
  Body: LazyExoticComponent<ComponentType<PanelProps>>;
  /** Fetches its code. */
  load: () => Promise<unknown>;
}

const panel = (place: Panel['place'], key: string, load: () => Promise<{ default: ComponentType<PanelProps> }>): Panel => ({ place, key, load, Body: lazy(load) });

const LINES = panel('main', 'lines', () => import('@/catalogue/LinesGrid'));
const POOL = panel('top', 'pool', () => import('@/pools/PoolCard'));
const MAP = panel('main', 'map', () => import('@/maps/MapCard'));

const PANELS: Readonly<Record<string, Panel[] | undefined>> = {
  account: [
    POOL,
    panel('top', 'figures', () => import('@/deals/AccountFigures')),
    MAP,
    panel('main', 'tree', () => import('@/deals/AccountTree')),
  ],
  campaign: [panel('top', 'figures', () => import('@/campaigns/CampaignFigures'))],
  lead: [panel('top', 'converted', () => import('@/leads/ConvertedCard')), POOL],
  opportunity: [MAP],
};

/** Whatever document has priced lines shows them, a company's own too. */
const all = (model: Model, object: string): Panel[] => [...(linesOf(model, object) ? [LINES] : []), ...(PANELS[object] ?? [])];

/** The panels of an object's pages that stand in `place`, in their order. */
export const panelsOf = (model: Model, object: string, place: Panel['place']): Panel[] => all(model, object).filter((one) => one.place === place);

/** Fetch the code of an object's panels while its record is still on the way: the page is drawn when both are there. */
export const fetchPanels = (model: Model, object: string): void => {
  // A panel whose code cannot be had says so where it is drawn.
  all(model, object).forEach(({ load }) => { load().catch(() => undefined); });
};
