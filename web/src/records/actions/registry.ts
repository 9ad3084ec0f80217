/**
 * Actions that ask something before they are done: by `object.action` the dialog that does so. One line here is all that
 * an action of a module needs; without one its fields are asked for that it names, or it is done at once.
 */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import type { SomeAction } from '@/api/types';

export interface ActionDialogProps {
  object: string;
  /** The records: one from its page, many from a list. */
  ids: string[];
  open: boolean;
  /** `changed`: the action was done, so what was read before may be old. */
  onClose: (changed: boolean) => void;
}

const CheckIn = lazy(() => import('@/activities/CheckInDialog'));

const PoolAssign = lazy(() => import('@/pools/AssignDialog'));
const PoolTransfer = lazy(() => import('@/pools/TransferDialog'));
const PoolReturn = lazy(() => import('@/pools/ReturnDialog'));
const PoolReclaim = lazy(() => import('@/pools/ReclaimDialog'));
const PoolMove = lazy(() => import('@/pools/MoveDialog'));
const PoolExtend = lazy(() => import('@/pools/ExtendDialog'));

type Dialogs = Record<string, LazyExoticComponent<ComponentType<ActionDialogProps>>>;

/** By action alone: the server offers them on every object whose records can lie in pools, a company's own too. */
const ofAnyObject: Dialogs = {
  assign: PoolAssign,
  pool_transfer: PoolTransfer,
  return: PoolReturn,
  reclaim: PoolReclaim,
  move: PoolMove,
  extend: PoolExtend,
};

export const actionDialogs: Dialogs = {
  ...ofAnyObject,
  'opportunity.win': lazy(() => import('@/deals').then((deals) => ({ default: deals.WinDialog }))),
  'opportunity.lose': lazy(() => import('@/deals').then((deals) => ({ default: deals.LoseDialog }))),
  'opportunity.hold': lazy(() => import('@/deals').then((deals) => ({ default: deals.HoldDialog }))),
  'opportunity.reopen': lazy(() => import('@/deals').then((deals) => ({ default: deals.ReopenDialog }))),
  'lead.convert': lazy(() => import('@/leads/ConvertDialog')),
  'lead.add_to_campaign': lazy(() => import('@/campaigns/AddDialog')),
  'contact.add_to_campaign': lazy(() => import('@/campaigns/AddDialog')),
  'campaign_member.set_response': lazy(() => import('@/campaigns/ResponseDialog')),
  'account.check_in': CheckIn,
  'contact.check_in': CheckIn,
  'opportunity.check_in': CheckIn,
  'lead.check_in': CheckIn,
  'activity.check_in': CheckIn,
  'activity.check_out': lazy(() => import('@/activities/CheckOutDialog')),
};

/** Under which name the dialog of an action stands: that of its object, or that of any. */
export const dialogKey = (object: string, action: string): string =>
  (`${object}.${action}` in actionDialogs ? `${object}.${action}` : action);

export const asksFirst = (object: string, action: SomeAction): boolean => (action.asks ?? []).length > 0 || dialogKey(object, action.name) in actionDialogs;
