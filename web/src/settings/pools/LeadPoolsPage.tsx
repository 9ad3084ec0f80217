import { PoolsPage } from './PoolsPage';

/** 线索池: pools of leads, limits, self-created records, reasons. */
export default function LeadPoolsPage() {
  return <PoolsPage object="lead" />;
}
