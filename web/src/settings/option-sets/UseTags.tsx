import { Tag } from 'antd';
import { Link } from 'react-router';
import type { SetUse } from '@/api/optionSets';
import { useLabel } from '@/i18n';

/** What uses a set, each leading to where that is set. */
export function UseTags({ uses }: { uses: SetUse[] }) {
  const label = useLabel();
  return (
    <span className="set-rest">
      {uses.map((use) =>
        use.object ? (
          <Link key={`${use.object}.${use.field ?? ''}`} to={`/settings/objects/${use.object}/fields`}><Tag>{`${label(use.object_label)} · ${label(use.label)}`}</Tag></Link>
        ) : (
          <Link key={use.option_set} to={`/settings/option-sets/${use.option_set ?? ''}`}><Tag>{label(use.label)}</Tag></Link>
        ),
      )}
    </span>
  );
}
