import { PoolsPage } from './PoolsPage';

/** 客户池: the same for accounts. */
export default function AccountPoolsPage() {
  return <PoolsPage object="account" />;
}
