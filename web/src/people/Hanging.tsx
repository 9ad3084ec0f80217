import { Skeleton } from 'antd';
import { Link } from 'react-router';
import { useModel } from '@/api/metadata';
import { useUses, type Use } from '@/api/uses';
import { useLabel, useTexts } from '@/i18n';
import { listLink } from '@/records/list';
import { ErrorState } from '@/ui/states';
import './people.css';
import { peopleTexts } from './texts';

type Hint = 'hint_manager_id_user' | 'hint_manager_id_department' | 'hint_assistant' | 'hint_group' | 'hint_team' | 'hint_user_role' | 'hint_other';

function hintOf({ object, field }: Use): Hint {
  if (field === 'manager_id' && object === 'user') return 'hint_manager_id_user';
  if (field === 'manager_id' && object === 'department') return 'hint_manager_id_department';
  if (object === 'assistant') return 'hint_assistant';
  if (object.endsWith('_group_member')) return 'hint_group';
  if (object === 'team_member') return 'hint_team';
  if (object === 'user_role' || object === 'user_profile' || object === 'user_department') return 'hint_user_role';
  return 'hint_other';
}

/** What hangs on a person beside the records that they own: each with the way there and what to do about it. */
export function Hanging({ user }: { user: string }) {
  const t = useTexts(peopleTexts);
  const label = useLabel();
  const model = useModel();
  const found = useUses('user', user);
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton active paragraph={{ rows: 3 }} />;
  const uses = found.data.filter(({ field }) => field !== 'owner_id');
  if (uses.length === 0) return <p className="people-note">{t('disableNothing')}</p>;
  return (
    <ul className="hanging">
      {uses.map((use) => {
        const object = model.object(use.object);
        return (
          <li key={`${use.object}.${use.field}`}>
            <Link to={listLink(use.object, { field: use.field, op: '=', value: user })}>
              {label(object?.plural) || use.object} · {label(object?.field(use.field)?.label) || use.field}
              <span className="number">{use.count}{use.capped ? '+' : ''}</span>
            </Link>
            <span>{t(hintOf(use))}</span>
          </li>
        );
      })}
    </ul>
  );
}
